print("energy", -1.5)
