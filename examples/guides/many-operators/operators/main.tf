terraform {
  required_providers {
    veeam = { source = "veeam-community/veeam" }
  }
}

variable "vcenter" {
  description = "Name of the vCenter Server that the objects belong to."
  type        = string
}

variable "operators" {
  description = "The operators. Each key is <account type>/<account name>, each object <type>/<name>."
  type = map(object({
    roles        = set(string)
    objects      = optional(set(string), [])
    everything   = optional(bool, false)
    flr_settings = optional(object({ inplace_only = bool, extension_restrictions = set(string) }))
    sql_settings = optional(object({ deny_inplace_restore = bool }))
  }))

  validation {
    condition = alltrue([for operator in var.operators : !contains(operator.roles, "Portal Administrator")])
    error_message = "An operator must not be a Portal Administrator: ${join(", ", [
      for name, operator in var.operators : name if contains(operator.roles, "Portal Administrator")
    ])}."
  }

  validation {
    condition = alltrue([for operator in var.operators : operator.everything == (length(operator.objects) == 0)])
    error_message = "An operator may restore either objects or everything: ${join(", ", [
      for name, operator in var.operators : name if operator.everything != (length(operator.objects) == 0)
    ])}."
  }
}

# Each role and each object is looked up once, however many operators have it.
data "veeam_em_role" "used" {
  for_each = toset(flatten([for operator in var.operators : operator.roles]))
  name     = each.key
}

data "veeam_em_hierarchy_root" "vcenter" {
  name = var.vcenter
}

data "veeam_em_hierarchy_object" "used" {
  for_each          = toset(flatten([for operator in var.operators : operator.objects]))
  hierarchy_root_id = data.veeam_em_hierarchy_root.vcenter.id
  type              = split("/", each.key)[0]
  name              = trimprefix(each.key, "${split("/", each.key)[0]}/")
}

resource "veeam_em_account" "operator" {
  for_each              = var.operators
  account_type          = split("/", each.key)[0]
  account_name          = trimprefix(each.key, "${split("/", each.key)[0]}/")
  roles                 = [for role in each.value.roles : data.veeam_em_role.used[role].uid]
  allow_restore_all_vms = each.value.everything
  restore_scope = each.value.everything ? null : [
    for object in each.value.objects : {
      hierarchy_obj_ref = data.veeam_em_hierarchy_object.used[object].hierarchy_obj_ref
      object_name       = data.veeam_em_hierarchy_object.used[object].name
    }
  ]
  flr_settings = each.value.flr_settings
  sql_settings = each.value.sql_settings
}
