module "operators" {
  source    = "./operators"
  vcenter   = "vcprod.tech.local"
  operators = yamldecode(file("${path.module}/operators.yaml"))
}
