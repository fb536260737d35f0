args {{ ds }} from-a-file
