"""Read and write questions as files of other tools: CSV, XLSX, Aiken, GIFT and QTI 2.1."""
