"""What AWS's own interface makes of the recorded stacks: moto's server takes them through boto3, and is asked back."""
