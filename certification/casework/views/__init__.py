"""Pages of casework: the office's queue and cases, changes of a certificate, the holder's side."""
