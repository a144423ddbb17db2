terraform import hikube_cluster.prod tenant-acme/prod
