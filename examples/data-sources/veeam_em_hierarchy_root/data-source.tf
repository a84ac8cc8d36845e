data "veeam_em_hierarchy_root" "prod" {
  name = "vcprod.tech.local"
}

output "hierarchy_root_id" {
  value = data.veeam_em_hierarchy_root.prod.id
}
