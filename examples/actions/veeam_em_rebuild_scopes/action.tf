# Invoke it manually: terraform apply -invoke=action.veeam_em_rebuild_scopes.all
action "veeam_em_rebuild_scopes" "all" {
  config {
    mode    = "all"
    timeout = "30m"
  }
}
