# All organizations of one domain, regardless of case.
data "veeam_vb365_organizations" "all" {
  name_regex = "(?i)\\.onmicrosoft\\.com$"
}

# The ID of an organization, by name.
output "organization_id" {
  value = data.veeam_vb365_organizations.all.ids["abc.onmicrosoft.com"]
}

output "hybrid_organizations" {
  value = [
    for organization in data.veeam_vb365_organizations.all.organizations : organization.name
    if organization.type == "Hybrid"
  ]
}
