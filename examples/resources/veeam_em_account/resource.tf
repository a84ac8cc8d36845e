data "veeam_em_role" "vm_operator" {
  name = "VM Restore Operator"
}

data "veeam_em_role" "file_operator" {
  name = "File Restore Operator"
}

# An operator who may restore two machines, and only documents from their files.
resource "veeam_em_account" "operator" {
  account_type = "User"
  account_name = "TECH\\william.fox"
  roles        = [data.veeam_em_role.vm_operator.uid, data.veeam_em_role.file_operator.uid]

  allow_restore_all_vms = false
  restore_scope = [
    {
      hierarchy_obj_ref = "urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870"
      object_name       = "VM01"
    },
    {
      hierarchy_obj_ref = "urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-15309"
      object_name       = "SQLSRV"
    },
  ]

  flr_settings = {
    inplace_only           = true
    extension_restrictions = ["doc", "pdf"]
  }

  sql_settings = {
    deny_inplace_restore = true
  }
}

# A group of an external identity provider that may restore everything.
resource "veeam_em_account" "helpdesk" {
  account_type          = "ExternalGroup"
  account_name          = "Helpdesk Europe"
  roles                 = [data.veeam_em_role.vm_operator.uid]
  allow_restore_all_vms = true
}
