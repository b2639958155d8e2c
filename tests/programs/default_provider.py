# fails: explicit-provider
from tencentcloud_iac_pulumi import cos

cos.Bucket("photos", bucket="photos-1250000000", acl="private", encryption_algorithm="AES256")
