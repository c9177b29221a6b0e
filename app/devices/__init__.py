"""The terminals the station can drive, one folder per vendor with the same file names."""
