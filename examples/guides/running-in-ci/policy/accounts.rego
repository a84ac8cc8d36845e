package main

import rego.v1

# The only accounts that may be a Portal Administrator or restore everything.
privileged := {"TECH\\Backup Administrators"}

# The accounts after the apply, also those that the plan imports or does not change.
accounts contains change if {
	some change in input.resource_changes
	change.type == "veeam_em_account"
	change.change.after != null
	not change.change.after.account_name in privileged
}

deny contains sprintf("%s: %s is a Portal Administrator", [account.address, account.change.after.account_name]) if {
	some account in accounts
	"Portal Administrator" in account.change.after.role_names
}

# Without the names of its roles, the plan does not show what the account may do.
deny contains sprintf("%s: the roles are known only after the apply", [account.address]) if {
	some account in accounts
	account.change.after_unknown.role_names == true
}

deny contains sprintf("%s: %s may restore everything", [account.address, account.change.after.account_name]) if {
	some account in accounts
	account.change.after.allow_restore_all_vms
}

# Scopes that were added outside Terraform are a warning of the plan, and no change.
deny contains sprintf("%s: scopes that no configuration lists: %v", [account.address, account.change.after.unlisted_scope_names]) if {
	some account in accounts
	account.change.after.unlisted_scopes == "warn"
	count(account.change.after.unlisted_scope_names) > 0
}

# A failed check block is a warning of the plan, too.
deny contains sprintf("%s failed", [check.address.to_display]) if {
	some check in input.checks
	check.status == "fail"
}
