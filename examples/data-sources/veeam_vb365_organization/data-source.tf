data "veeam_vb365_organization" "abc" {
  name = "abc.onmicrosoft.com"
}

output "organization_id" {
  value = data.veeam_vb365_organization.abc.id
}
