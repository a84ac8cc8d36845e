data "veeam_em_roles" "all" {}

data "veeam_em_hierarchy_root" "vcprod" {
  name = "vcprod.tech.local"
}

data "veeam_em_hierarchy_object" "linux" {
  hierarchy_root_id = data.veeam_em_hierarchy_root.vcprod.id
  type              = "Folder"
  name              = "Linux"
}

data "veeam_em_hierarchy_object" "sqlsrv" {
  hierarchy_root_id = data.veeam_em_hierarchy_root.vcprod.id
  type              = "Vm"
  name              = "SQLSRV"
}

locals {
  role = data.veeam_em_roles.all.uids

  linux_machines = [{
    hierarchy_obj_ref = data.veeam_em_hierarchy_object.linux.hierarchy_obj_ref
    object_name       = data.veeam_em_hierarchy_object.linux.name
  }]
  sql_server = [{
    hierarchy_obj_ref = data.veeam_em_hierarchy_object.sqlsrv.hierarchy_obj_ref
    object_name       = data.veeam_em_hierarchy_object.sqlsrv.name
  }]
}

# The help desk restores documents from the Linux machines, and no other files.
resource "veeam_em_account" "helpdesk" {
  account_type          = "Group"
  account_name          = "TECH\\Helpdesk"
  roles                 = [local.role["File Restore Operator"]]
  allow_restore_all_vms = false
  restore_scope         = local.linux_machines

  flr_settings = {
    inplace_only           = true
    extension_restrictions = ["docx", "pdf", "xlsx"]
  }
}

# The server team restores the Linux machines and their files. This needs two roles.
resource "veeam_em_account" "server_team" {
  account_type          = "Group"
  account_name          = "TECH\\Linux Administrators"
  roles                 = [local.role["VM Restore Operator"], local.role["File Restore Operator"]]
  allow_restore_all_vms = false
  restore_scope         = local.linux_machines
}

# A database administrator restores databases of one machine, but may not
# overwrite the original database.
resource "veeam_em_account" "database_administrator" {
  account_type          = "User"
  account_name          = "TECH\\jane.dba"
  roles                 = [local.role["SQL Restore Operator"]]
  allow_restore_all_vms = false
  restore_scope         = local.sql_server

  sql_settings = {
    deny_inplace_restore = true
  }
}
