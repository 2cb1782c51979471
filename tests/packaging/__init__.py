"""What leaves the repository: the wheel, the containers, the Makefile's first steps, the documents."""
