terraform import hikube_addon.cert_manager tenant-acme/prod/cert-manager
