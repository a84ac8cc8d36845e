# urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870
output "vm01" {
  value = provider::veeam::hierarchy_obj_ref("VMware", "Vm", "a2b0c55d-829a-4efe-bd95-125ee77ba9dd", "vm-7870")
}
