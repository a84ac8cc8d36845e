data "veeam_em_file_servers" "all" {}

# The reference of each file share, by name.
output "file_shares" {
  value = { for server in data.veeam_em_file_servers.all.file_servers : server.name => server.hierarchy_obj_ref }
}
