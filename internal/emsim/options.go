// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"net/http"
	"time"
)

// Platform is the operating system that Enterprise Manager runs on. It determines the form of User and Group account
// names.
type Platform string

// The platforms of Enterprise Manager.
const (
	PlatformWindows Platform = ""      // Domain\Name
	PlatformLinux   Platform = "linux" // Name@Domain, or the bare name of a local account
)

// Case is the letter case in which the server returns a name.
type Case string

// The letter cases of a returned name.
const (
	CaseAsSent Case = ""
	CaseUpper  Case = "upper"
	CaseLower  Case = "lower"
)

// AccountNames selects how the server spells the name of an account.
type AccountNames string

// The spellings of an account name. The last two concern names of the form Domain\Name.
const (
	AccountNamesAsSent  AccountNames = ""
	AccountNamesTrimmed AccountNames = "trimmed" // without white space around it
	AccountNamesNetBIOS AccountNames = "netbios" // TECH\fox for tech.local\fox
	AccountNamesDNS     AccountNames = "dns"     // tech.local\fox for TECH\fox
)

// Extensions selects how the server writes the list of file name extensions.
type Extensions string

// The forms of a list of extensions.
const (
	ExtensionsAsSent     Extensions = ""
	ExtensionsUpper      Extensions = "upper"      // DOC,PDF
	ExtensionsDots       Extensions = "dots"       // .doc, .pdf
	ExtensionsSemicolons Extensions = "semicolons" // doc;pdf
)

// AllVMs selects the value of AllowRestoreAllVms of a new account.
type AllVMs string

// The values of AllowRestoreAllVms.
const (
	AllVMsAsSent AllVMs = ""
	AllVMsOn     AllVMs = "on"    // true, until it is switched off
	AllVMsFixed  AllVMs = "fixed" // true; switching it succeeds without a change
)

// Settings selects settings of an account.
type Settings string

// The settings of an account.
const (
	SettingsNone Settings = ""
	SettingsFLR  Settings = "flr" // FlrSettings
	SettingsSQL  Settings = "sql" // SqlSettings
)

// NameForm selects the Unicode normalization form of names.
type NameForm string

// The forms of a name. In NFC, é is one character; in NFD, it is an e and an accent.
const (
	NameFormAsSent NameForm = ""
	NameFormNFC    NameForm = "nfc"
	NameFormNFD    NameForm = "nfd"
)

// RootNames selects the content of a scope's HierarchyRootName.
type RootNames string

// The three forms of HierarchyRootName in the API reference, and all of them in turn.
const (
	RootNamesID       RootNames = ""          // the hierarchy root's ID
	RootNamesUniqueID RootNames = "unique-id" // its UniqueId, an upper-case GUID
	RootNamesName     RootNames = "name"      // its name
	RootNamesMixed    RootNames = "mixed"     // each new scope uses the next form
)

// DuplicateScopes selects the effect of a POST of an object that is already a scope of the account.
type DuplicateScopes string

// The effects of a second POST of the same object.
const (
	DuplicateScopesAdd    DuplicateScopes = ""       // adds a second scope with its own ID
	DuplicateScopesSame   DuplicateScopes = "same"   // succeeds without a change
	DuplicateScopesRefuse DuplicateScopes = "refuse" // responds with 400 and adds none of the request's scopes
)

// LastScope selects whether the last scope of an account can be removed if AllowRestoreAllVms is false.
type LastScope string

// The effects of removing the last scope.
const (
	LastScopeAllow  LastScope = ""
	LastScopeRefuse LastScope = "refuse" // 400; AllowRestoreAllVms cannot be switched off without a scope either
)

// ObjectNames selects the content of a scope's Name.
type ObjectNames string

// The sources of a scope's Name.
const (
	ObjectNamesAsSent         ObjectNames = ""
	ObjectNamesInfrastructure ObjectNames = "infrastructure" // as sent if the object is unknown
)

// SharedDelete selects the effect of DELETE on an ID that several scopes of the account share.
type SharedDelete string

// The scopes that DELETE of a shared ID removes: all, or only the first.
const (
	SharedDeleteAll   SharedDelete = ""
	SharedDeleteFirst SharedDelete = "first"
)

// Options configures the simulated server and its quirks. The zero value is a version 13 server on Windows that
// completes every operation immediately.
type Options struct {
	// HostName is the host and port that the server uses for itself in every Href and Location. Empty: DefaultHostName.
	HostName string
	Platform Platform
	// Users are the users that can log on. Nil: DefaultUsers(Platform).
	Users []User
	// Demo adds the accounts of SeedDemo.
	Demo bool
	// OnRequest is called after each request, without any lock held, from the goroutine that served it.
	OnRequest func(Request)
	// Latency delays every response.
	Latency time.Duration

	// SessionIdle is how long a session lives without a request. 0: 15 minutes.
	SessionIdle time.Duration
	// UnknownSessionStatus is the status of the response to an unknown or expired session. 0: 401.
	UnknownSessionStatus int

	// BareNotFound omits the body of every response with status 404.
	BareNotFound bool
	// OmitLocation omits the Location header from every response with status 201.
	OmitLocation bool
	// ReferencesOnly returns references even if the client asks for a collection with format=Entity.
	ReferencesOnly bool
	// ShortEntityNames names the entities in collections of accounts and roles like single ones, without the Entity at
	// the end that the XML schema demands.
	ShortEntityNames bool
	// PageSize adds PagingInfo to lists, with pages of this size. 0: lists have no PagingInfo.
	PageSize int
	// ListOrder is the order of accounts, roles, restore scopes, hierarchy roots and found objects.
	ListOrder ListOrder
	// InlineRoles shows the roles of an account in the account itself, as the XML schema does.
	InlineRoles bool
	// OddAccount adds an account of a type that the API reference does not know: see OddAccountType.
	OddAccount bool
	// OmitSettings omits FlrSettings and SqlSettings from accounts, as older builds do.
	OmitSettings bool
	// AccountNameCase is the letter case of returned account names.
	AccountNameCase Case
	// AccountNames is how the server spells returned account names. It compares names in this spelling.
	AccountNames AccountNames
	// NameForm is the Unicode form of returned names of accounts and objects. The server compares names in this form.
	NameForm NameForm
	// Extensions is the form of returned file name extensions.
	Extensions Extensions
	// AllVMs is the value of AllowRestoreAllVms of new accounts.
	AllVMs AllVMs
	// DroppedSettings are the settings of a create spec that the server ignores.
	DroppedSettings Settings
	// AddedRole is the ID of a role that each new account gets in addition. Empty: none.
	AddedRole string
	// DroppedRole is the ID of a role that the server leaves out of new accounts that have another one, and refuses to
	// add. Empty: none.
	DroppedRole string
	// DuplicateAccountStatus is the status of the response to a second account of the same name and type. 0: 400.
	DuplicateAccountStatus int
	// RefuseDuplicateRole responds with 400 if the account already has the assigned role. Otherwise the assignment
	// succeeds without a change.
	RefuseDuplicateRole bool

	// ScopeStatus is the status of the response to a successful POST .../scopes. 0: 202.
	ScopeStatus int
	// ScopeLocation adds the Location of the new scope to the response to a POST .../scopes of one object.
	ScopeLocation bool
	// ScopeDelay is the time until a new scope is listed, including the scopes of a new account.
	ScopeDelay time.Duration
	// ScopeStagger is added to ScopeDelay for each further scope of the same request.
	ScopeStagger time.Duration
	// ProcessDelay is the time from the listing of a scope until its State is Processed. Negative: until a rebuild.
	ProcessDelay time.Duration
	// RemovingDelay is how long a deleted scope is still listed, with State Removing.
	RemovingDelay   time.Duration
	RootNames       RootNames
	DuplicateScopes DuplicateScopes
	LastScope       LastScope
	ObjectNames     ObjectNames
	// NamesFollowRename makes the Name of a scope follow a rename of its object.
	NamesFollowRename bool
	// ObjectTypeCase is the letter case of HierarchyObjectType. CaseAsSent: as in the table of the API reference.
	ObjectTypeCase Case
	// SharedScopeIDs gives scopes of the same account the same ID if they have the same name and type and are under
	// different hierarchy roots.
	SharedScopeIDs bool
	SharedDelete   SharedDelete
	// RefuseUnknownObjects responds with 400 to a reference to an object that is not in the infrastructure.
	RefuseUnknownObjects bool
	// ScopeFailure is the message of a failed Task with which every POST .../scopes is answered instead of adding the
	// scopes. The status is ScopeStatus. Empty: there is no Task.
	ScopeFailure string
	// NoScopeLicense responds with 403 to every attempt to add a scope.
	NoScopeLicense bool

	// TaskDuration is how long a rebuild is in the state Running.
	TaskDuration time.Duration
	// TaskCollect is how long a rebuild is then in the state OperationFinished.
	TaskCollect time.Duration
	// TaskFailure makes every rebuild fail with this message. Empty: rebuilds succeed.
	TaskFailure string
	// TaskResultEarly adds the Result to a rebuild in the state OperationFinished, too.
	TaskResultEarly bool
	// OmitTaskMessage omits the Message of every Result.
	OmitTaskMessage bool
}

// DefaultHostName is the host and port of the server if Options.HostName is empty.
const DefaultHostName = "enterprise04.tech.local:9398"

// withDefaults replaces the zero values that stand for a default.
func (o Options) withDefaults() Options {
	if o.HostName == "" {
		o.HostName = DefaultHostName
	}
	if o.Users == nil {
		o.Users = DefaultUsers(o.Platform)
	}
	if o.SessionIdle == 0 {
		o.SessionIdle = 15 * time.Minute
	}
	if o.UnknownSessionStatus == 0 {
		o.UnknownSessionStatus = http.StatusUnauthorized
	}
	if o.DuplicateAccountStatus == 0 {
		o.DuplicateAccountStatus = http.StatusBadRequest
	}
	if o.ScopeStatus == 0 {
		o.ScopeStatus = http.StatusAccepted
	}
	return o
}
