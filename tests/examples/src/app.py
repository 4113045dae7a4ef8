def main():
    print("Hello.")
