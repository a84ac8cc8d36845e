data "veeam_em_hierarchy_root" "prod" {
  name = "vcprod.tech.local"
}

data "veeam_em_hierarchy_object" "vm01" {
  hierarchy_root_id = data.veeam_em_hierarchy_root.prod.id
  type              = "Vm"
  name              = "VM01"
}

# An item for the restore_scope of a veeam_em_account.
output "restore_scope_item" {
  value = {
    hierarchy_obj_ref = data.veeam_em_hierarchy_object.vm01.hierarchy_obj_ref
    object_name       = data.veeam_em_hierarchy_object.vm01.name
  }
}

# The reverse: the name of the object that a reference stands for.
data "veeam_em_hierarchy_object" "linux" {
  hierarchy_obj_ref = "urn:VMware:Folder:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.group-v101"
}

output "folder_name" {
  value = data.veeam_em_hierarchy_object.linux.name
}
