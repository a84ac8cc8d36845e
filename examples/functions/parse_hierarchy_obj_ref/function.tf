locals {
  vm01 = provider::veeam::parse_hierarchy_obj_ref("urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870")
}

# a2b0c55d-829a-4efe-bd95-125ee77ba9dd
output "hierarchy_root_id" {
  value = local.vm01.hierarchy_root_id
}

# vm-7870
output "managed_object_id" {
  value = local.vm01.object_ref
}
