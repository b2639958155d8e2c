"""`python -m chat`: the costs of each operation, as a Markdown table."""

from chat.costs import table

if __name__ == "__main__":
    print(table())
