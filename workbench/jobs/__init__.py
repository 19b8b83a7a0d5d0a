"""Work in other processes of this machine: started with this one's code and project, recorded, found, ended."""
