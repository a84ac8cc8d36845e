data "veeam_em_roles" "all" {}

# The UID of a role, by name.
output "portal_user_uid" {
  value = data.veeam_em_roles.all.uids["Portal User"]
}
