# By ID, or by the name or ID of the organization and the name of the role.
terraform import veeam_vb365_restore_operator_role.helpdesk 97edf1c9-74a1-480d-8b60-29b9ef331bd9
terraform import veeam_vb365_restore_operator_role.helpdesk abc.onmicrosoft.com/Helpdesk
terraform import veeam_vb365_restore_operator_role.helpdesk e60dfb9c-ac58-4463-879f-9855ac35576b/Helpdesk
