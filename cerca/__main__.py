from cerca.main import main

main()
