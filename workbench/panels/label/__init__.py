"""What the label panel's kernel half can be asked, one module for each kind of question."""
