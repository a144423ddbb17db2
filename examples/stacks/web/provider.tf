# Credentials come from the environment: KUBECONFIG, or HIKUBE_CONFIG_PATH and HIKUBE_CTX.
provider "hikube" {}
