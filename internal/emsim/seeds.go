// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

// The IDs of the hierarchy roots of every new server. FileShareRootID is not a hierarchy root: a file share is its own
// root.
const (
	VCenterID       = "a2b0c55d-829a-4efe-bd95-125ee77ba9dd" // vcprod.tech.local
	VCenterDRID     = "24a14898-77d0-4881-bbf8-c8ba71ce4d55" // vcdr.tech.local
	VCenterDevID    = "0d7ea80c-6ac8-46bf-863c-3a6093f8baec" // vcdev51
	SCVMMID         = "6f1c9c3e-54a4-4b0a-9d51-2d1a7e0c4b11" // scvmm01.tech.local
	HvClusterID     = "b0e6d5a7-1c3f-4f7e-8a35-93c2f0d84e26" // hvcluster01
	VCloudID        = "fa099d3b-7376-49b1-884c-bb6fa47c7b1e" // vcloud.tech.local
	FileShareRootID = "541178f4-5335-46cb-b7bc-8fbb4a944307"
)

// The backup servers of every new server, and the file servers.
const (
	BackupServerID     = "ce15a8c7-aa49-495e-b05b-ee3398c91018"
	BackupServerName   = "srv02.tech.local"
	BackupServerDRID   = "8ea5406b-a6e9-42d9-bca5-44b6a5d94af1"
	BackupServerDRName = "srv13.tech.local"
	SMBServerID        = FileShareRootID // its root is the file share itself
	NFSServerID        = "1131bc00-36c0-4355-87fc-7f748aceb978"
)

// The names and unique IDs of the same roots: the other two forms of HierarchyRootName.
const (
	VCenterName        = "vcprod.tech.local"
	VCenterUniqueID    = "F36CBAE2-F23D-46C7-865C-3E3CCC89B197"
	VCenterDRName      = "vcdr.tech.local"
	VCenterDRUniqueID  = "5B1D0E86-0C5A-4C0B-9A7B-6D4E5C1F2A37"
	VCenterDevName     = "vcdev51"
	VCenterDevUniqueID = "09D89361-9178-4EAF-8037-E4E82B1932F0"
	SCVMMName          = "scvmm01.tech.local"
	HvClusterName      = "hvcluster01"
	VCloudName         = "vcloud.tech.local"
)

// References to VMware objects. VMDupARef and VMDupBRef are two VMs of the same name in different folders.
const (
	VCenterRef        = "urn:VMware:Vc:" + VCenterID + ".group-d1"
	DatacenterRef     = "urn:VMware:Datacenter:" + VCenterID + ".datacenter-2"
	FolderLinuxRef    = "urn:VMware:Folder:" + VCenterID + ".group-v101"
	FolderWindowsRef  = "urn:VMware:Folder:" + VCenterID + ".group-v102"
	ClusterRef        = "urn:VMware:Cluster:" + VCenterID + ".domain-c7"
	Host01Ref         = "urn:VMware:Host:" + VCenterID + ".host-21"
	ResourcePoolRef   = "urn:VMware:ResourcePool:" + VCenterID + ".resgroup-31"
	VirtualAppRef     = "urn:VMware:VirtualApp:" + VCenterID + ".resgroup-v41"
	DatastoreRef      = "urn:VMware:Datastore:" + VCenterID + ".datastore-51"
	StoragePodRef     = "urn:VMware:StoragePod:" + VCenterID + ".group-p61"
	CategoryRef       = "urn:VMware:Category:" + VCenterID + "." + categoryObject
	TagGoldRef        = "urn:VMware:Tag:" + VCenterID + "." + tagGoldObject
	TemplateRef       = "urn:VMware:Template:" + VCenterID + ".vm-71"
	VM01Ref           = "urn:VMware:Vm:" + VCenterID + ".vm-7870"
	VMSQLSRVRef       = "urn:VMware:Vm:" + VCenterID + ".vm-15309"
	VMWeb01Ref        = "urn:VMware:Vm:" + VCenterID + ".vm-101"
	VMWeb02Ref        = "urn:VMware:Vm:" + VCenterID + ".vm-102"
	VMDB01Ref         = "urn:VMware:Vm:" + VCenterID + ".vm-103"
	VMDupARef         = "urn:VMware:Vm:" + VCenterID + ".vm-201"
	VMDupBRef         = "urn:VMware:Vm:" + VCenterID + ".vm-202"
	ResourcePoolDRRef = "urn:VMware:ResourcePool:" + VCenterDRID + ".resgroup-31"
	// ResourcePoolDevRef has the same name as ResourcePoolRef and ResourcePoolDRRef.
	ResourcePoolDevRef = "urn:VMware:ResourcePool:" + VCenterDevID + ".resgroup-8"
	VMDRWeb01Ref       = "urn:VMware:Vm:" + VCenterDRID + ".vm-101"
)

// The identifiers of a category and a tag in vCenter.
const (
	categoryObject = "urn:vmomi:InventoryServiceCategory:5e8b2b0d-63a4-4b3f-8a0e-0f6f0a4f5a11:GLOBAL"
	tagGoldObject  = "urn:vmomi:InventoryServiceTag:0b9f0a6e-2c57-4a35-8b3c-4d0e4a1c7f22:GLOBAL"
)

// Names of the objects that tests refer to.
const (
	VM01Name         = "VM01"
	VMSQLSRVName     = "SQLSRV"
	VMWeb01Name      = "web01"
	VMWeb02Name      = "web02"
	VMDB01Name       = "db01"
	VMDupName        = "app-server"
	ResourcePoolName = "Production"
	FolderLinuxName  = "Linux"
	DatacenterName   = "Datacenter Prague"
	FileShareName    = `\\enterprise05.tech.local\SMB Share`
	NFSShareName     = "nfs01.tech.local:/export/projects"
	HvVMName         = "hv-web01"
	VCloudVAppName   = "Shop"
	VCloudVMName     = "DC"
)

// References outside VMware.
const (
	SCVMMRef         = "urn:Hyperv:Scvmm:" + SCVMMID + "." + SCVMMID
	HvHostGroupRef   = "urn:Hyperv:HostGroup:" + SCVMMID + ".0e3ba228-a059-46be-aa41-2f5cf0f4b96e"
	HvVMRef          = "urn:Hyperv:Vm:" + SCVMMID + ".c5d6c4a7-3f7e-4d6a-a4c0-64c4d9b5f7b1"
	HvClusterRef     = "urn:Hyperv:Cluster:" + HvClusterID + ".hvcluster01"
	HvClusterVMRef   = "urn:Hyperv:Vm:" + HvClusterID + ".8f3f7f2b-1d9c-4c8a-9a2e-7b1f5c0d6e3a"
	VCloudRef        = "urn:vCloud:VcdSystem:" + VCloudID + "." + VCloudID
	VCloudOrgRef     = "urn:vCloud:Organization:" + VCloudID + ".urn:vcloud:org:d33fa0a5-3fb3-4d4f-94a1-5f4c50d6f0a1"
	VCloudOrgVdcRef  = "urn:vCloud:OrgVdc:" + VCloudID + ".urn:vcloud:vdc:1f8a3f6c-6f0e-4c3b-8c39-4b9a8e5d7c20"
	VCloudVAppRef    = "urn:vCloud:Vapp:" + VCloudID + ".urn:vcloud:vapp:0b54d8c3-7ab5-4f64-8c0b-7a6d4e9f1c35"
	VCloudVMRef      = "urn:vCloud:Vm:" + VCloudID + ".urn:vcloud:vm:6b2da27f-e653-495b-b515-2b18bbb4d3ec"
	FileShareRef     = "urn:NasBackup:FileServer:" + FileShareRootID + "." + FileShareRootID
	NFSShareRef      = "urn:NasBackup:FileServer:35ab6523-0e40-4d92-a0ea-11465791cd91." + NFSServerID
	UnknownVMwareRef = "urn:VMware:Vm:" + VCenterID + ".vm-99999" // no such object
)

// The IDs of the accounts that SeedDemo adds.
const (
	DemoUserID          = "d6701c3d-15f4-421d-b376-c0e2634bc1f4"
	DemoGroupID         = "fd4befd6-70c6-4b2f-a068-d1d9a61905a3"
	DemoExternalUserID  = "de19303b-bcf3-428b-b113-ac0b2cf46bd7"
	DemoExternalGroupID = "3c0a2f1e-7b58-4a49-9d2e-51f6c8b7a940"
)

func seedInfrastructure(s *Store) {
	main := BackupServer{ID: BackupServerID, Name: BackupServerName}
	dr := BackupServer{ID: BackupServerDRID, Name: BackupServerDRName}
	for _, r := range []HierarchyRoot{
		{ID: VCenterID, UniqueID: VCenterUniqueID, Name: VCenterName, HostType: "VC"},
		{ID: VCenterDRID, UniqueID: VCenterDRUniqueID, Name: VCenterDRName, HostType: "VC", BackupServer: dr},
		{ID: VCenterDevID, UniqueID: VCenterDevUniqueID, Name: VCenterDevName, HostType: "VC"},
		{ID: SCVMMID, UniqueID: "7C0F6B52-3A1D-4E8C-B9D4-0A5E6F7B8C91", Name: SCVMMName, HostType: "Scvmm"},
		{ID: HvClusterID, UniqueID: "E21B7D94-5F60-4C3A-8E17-9D2C4B6A8F03", Name: HvClusterName, HostType: "HvCluster"},
		{ID: VCloudID, UniqueID: "3D9A1C75-8B2E-4F06-A4C1-6E5B7D8F9A12", Name: VCloudName, HostType: "VcdSystem"},
	} {
		if r.BackupServer.ID == "" {
			r.BackupServer = main
		}
		s.AddRoot(r)
	}
	for _, objects := range [][]Object{vmwareObjects, hypervObjects, vcloudObjects} {
		for i := range objects {
			object := objects[i]
			s.objects = append(s.objects, &object)
		}
	}
	s.AddFileServer(FileServer{SMBServerID, FileShareName, "SmbServer", FileShareRef, main})
	s.AddFileServer(FileServer{NFSServerID, NFSShareName, "NfsServer", NFSShareRef, dr})
}

var vmwareObjects = []Object{
	{VCenterRef, VCenterName, ""},
	{DatacenterRef, DatacenterName, VCenterName},
	{FolderLinuxRef, FolderLinuxName, DatacenterName},
	{FolderWindowsRef, "Windows", DatacenterName},
	{ClusterRef, "Cluster01", DatacenterName},
	{Host01Ref, "esx01.tech.local", "Cluster01"},
	{ResourcePoolRef, ResourcePoolName, "Cluster01"},
	{VirtualAppRef, "Intranet", "Cluster01"},
	{DatastoreRef, "nfs-gold", DatacenterName},
	{StoragePodRef, "Gold storage", DatacenterName},
	{CategoryRef, "Protection", VCenterName},
	{TagGoldRef, "Gold", "Protection"},
	{TemplateRef, "debian13-template", FolderLinuxName},
	{VM01Ref, VM01Name, "Windows"},
	{VMSQLSRVRef, VMSQLSRVName, "Windows"},
	{VMWeb01Ref, VMWeb01Name, FolderLinuxName},
	{VMWeb02Ref, VMWeb02Name, FolderLinuxName},
	{VMDB01Ref, VMDB01Name, FolderLinuxName},
	{VMDupARef, VMDupName, FolderLinuxName},
	{VMDupBRef, VMDupName, "Windows"},
	{"urn:VMware:Vc:" + VCenterDRID + ".group-d1", VCenterDRName, ""},
	{ResourcePoolDRRef, ResourcePoolName, VCenterDRName},
	{VMDRWeb01Ref, VMWeb01Name, VCenterDRName},
	{"urn:VMware:Vc:" + VCenterDevID + ".group-d1", VCenterDevName, ""},
	{ResourcePoolDevRef, ResourcePoolName, VCenterDevName},
}

var hypervObjects = []Object{
	{SCVMMRef, SCVMMName, ""},
	{HvHostGroupRef, "All Hosts", SCVMMName},
	{HvVMRef, HvVMName, "All Hosts"},
	{HvClusterRef, HvClusterName, ""},
	{HvClusterVMRef, "hv-db01", HvClusterName},
}

var vcloudObjects = []Object{
	{VCloudRef, VCloudName, ""},
	{VCloudOrgRef, "ABC Company", VCloudName},
	{VCloudOrgVdcRef, "ABC Company VDC", "ABC Company"},
	{VCloudVAppRef, VCloudVAppName, "ABC Company VDC"},
	{VCloudVMRef, VCloudVMName, VCloudVAppName},
}

// OddAccountType is the type of the account that Options.OddAccount adds. Accounts of this type are shown without
// AllowRestoreAllVms and settings.
const (
	OddAccountType = "VSphereRole"
	OddAccountID   = "5b8f2e0a-6d34-4c17-9a3f-0c1d7e5b2a96"
	OddAccountName = `VSPHERE.LOCAL\Backup Operators`
)

func seedOddAccount(s *Store) {
	s.AddAccount(Account{
		ID: OddAccountID, Type: OddAccountType, Name: OddAccountName, Roles: []string{RoleVMRestoreOperator},
	})
}

// SeedDemo adds an account of each type, so that the server looks like one that is in use.
func SeedDemo(s *Store) {
	name := func(domain, name string) string {
		if s.opts.Platform == PlatformLinux {
			return name + "@" + domain
		}
		return domain + `\` + name
	}
	s.AddAccount(Account{
		ID: DemoUserID, Type: "User", Name: name("TECH", "william.fox"), Roles: []string{RoleFileRestoreOperator},
		FlrInplaceOnly: true, FlrExtensions: "doc,pptx", DenyInPlaceRestore: true,
	})
	s.AddScope(DemoUserID, VM01Ref, VM01Name)
	s.AddScope(DemoUserID, FolderLinuxRef, FolderLinuxName)
	s.AddAccount(Account{
		ID: DemoGroupID, Type: "Group", Name: name("TECH", "Backup Operators"),
		Roles: []string{RolePortalUser, RoleVMRestoreOperator}, AllowRestoreAllVms: true,
	})
	s.AddAccount(Account{
		ID: DemoExternalUserID, Type: "ExternalUser", Name: "william.fox@tech.com",
		Roles: []string{RoleSQLRestoreOperator},
	})
	s.AddScope(DemoExternalUserID, VMSQLSRVRef, VMSQLSRVName)
	s.AddAccount(Account{
		ID: DemoExternalGroupID, Type: "ExternalGroup", Name: "Helpdesk (SSO)",
		Roles: []string{RoleFileRestoreOperator}, AllowRestoreAllVms: true,
	})
}
