locals {
  # Spreadsheet programs write a byte order mark at the beginning.
  rows = csvdecode(trimprefix(file("${path.module}/operators.csv"), "\ufeff"))
}

module "operators" {
  source  = "./operators"
  vcenter = "vcprod.tech.local"
  operators = {
    for row in local.rows : "${row.account_type}/${row.account_name}" => {
      roles      = [for role in split(";", row.roles) : trimspace(role)]
      objects    = row.objects == "everything" ? [] : [for object in split(";", row.objects) : trimspace(object)]
      everything = row.objects == "everything"
    }
  }
}
