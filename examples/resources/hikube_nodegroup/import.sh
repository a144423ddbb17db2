terraform import hikube_nodegroup.general tenant-acme/prod/general
