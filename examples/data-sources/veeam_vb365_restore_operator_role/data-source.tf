data "veeam_vb365_organization" "abc" {
  name = "abc.onmicrosoft.com"
}

data "veeam_vb365_restore_operator_role" "helpdesk" {
  organization_id = data.veeam_vb365_organization.abc.id
  name            = "Helpdesk"
}

# Who may restore.
output "operators" {
  value = [for entry in data.veeam_vb365_restore_operator_role.helpdesk.operators : "${entry.type} ${entry.display_name}"]
}

# Entries that only PowerShell and the console can add have no ID.
output "unmanaged_types" {
  value = [for entry in data.veeam_vb365_restore_operator_role.helpdesk.selected_items : entry.type if entry.id == ""]
}
