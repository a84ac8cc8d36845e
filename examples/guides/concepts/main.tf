data "veeam_em_hierarchy_root" "vcprod" {
  name = "vcprod.tech.local"
}

# An object of the virtual infrastructure, by hierarchy root, type and name.
data "veeam_em_hierarchy_object" "linux" {
  hierarchy_root_id = data.veeam_em_hierarchy_root.vcprod.id
  type              = "Folder"
  name              = "Linux"
}

# A file share, by the name of its file server.
data "veeam_em_file_server" "share" {
  name = "\\\\enterprise05.tech.local\\SMB Share"
}

output "references" {
  value = {
    folder = data.veeam_em_hierarchy_object.linux.hierarchy_obj_ref
    share  = data.veeam_em_file_server.share.hierarchy_obj_ref
  }
}
