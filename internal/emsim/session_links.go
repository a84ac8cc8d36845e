// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

// sessionCollections are the collections that a session links to, as references and as entities. The simulator does not
// serve all of them.
var sessionCollections = []struct{ entity, path string }{
	{"BackupServer", "/backupServers"},
	{"ManagedServer", "/managedServers"},
	{"Job", "/jobs"},
	{"FailoverPlan", "/failoverPlans"},
	{"HierarchyRoot", "/hierarchyRoots"},
	{"Repository", "/repositories"},
	{"Backup", "/backups"},
	{"RestorePoint", "/restorePoints"},
	{"VmRestorePoint", "/vmRestorePoints"},
	{"VAppRestorePoint", "/vAppRestorePoints"},
	{"Replica", "/replicas"},
	{"VmReplicaPoint", "/vmReplicaPoints"},
	{"CatalogVm", "/catalog/vms"},
	{"BackupJobSession", "/backupSessions"},
	{"RestoreSession", "/restoreSessions"},
	{"ReplicaJobSession", "/replicaSessions"},
	{"BackupTaskSession", "/backupTaskSessions"},
	{"ReplicaTaskSession", "/replicaTaskSessions"},
	{"WanAccelerator", "/wanAccelerators"},
	{"BackupFile", "/backupFiles"},
}

var sessionServices = []struct{ typ, path string }{
	{"EnterpriseSecuritySettings", "/security"},
	{"TaskList", "/tasks"},
	{"QueryService", "/querySvc"},
	{"LookupService", "/lookupSvc"},
	{"VCloudService", "/vCloud"},
	{"CloudConnectService", "/cloud"},
}

// sessionLinks returns the links of a logon session, except for the one that ends it.
func (s *Server) sessionLinks() []element {
	all := []element{link("Up", "EnterpriseManager", s.href("/"))}
	for _, c := range sessionCollections {
		all = append(all,
			link("Down", c.entity+"ReferenceList", s.href(c.path)),
			link("Down", c.entity+"List", s.href(c.path)+"?format=Entity"))
	}
	for _, service := range sessionServices {
		all = append(all, link("Down", service.typ, s.href(service.path)))
	}
	return append(all,
		link("Down", "Report", s.href("/reports/summary")).attr("Name", "Summary"),
		link("Create", "", s.href("/backupServers?action=create")))
}
