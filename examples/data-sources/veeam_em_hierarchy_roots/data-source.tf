data "veeam_em_hierarchy_roots" "all" {}

# The ID of each vCenter Server, by name.
output "vcenters" {
  value = { for root in data.veeam_em_hierarchy_roots.all.hierarchy_roots : root.name => root.id if root.host_type == "VC" }
}
