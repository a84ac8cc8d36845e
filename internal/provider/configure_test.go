// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

const (
	password = "Pa55-word-that-nobody-prints"
	pin      = "AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89"
	errorOf  = tfprotov6.DiagnosticSeverityError
	warning  = tfprotov6.DiagnosticSeverityWarning
)

var emVariable = tfkit.EnterpriseManager.Variable

// refusing is a server that refuses every logon and records the credentials.
type refusing struct {
	*httptest.Server
	mu     sync.Mutex
	logons []string // the credentials, as user:password
}

func startRefusing(t *testing.T) *refusing {
	t.Helper()
	s := &refusing{}
	s.Server = memnet.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.Header.Get("Authorization"), "Basic "))
		s.mu.Lock()
		s.logons = append(s.logons, string(given))
		s.mu.Unlock()
		w.WriteHeader(http.StatusUnauthorized)
	}))
	s.Start()
	return s
}

func (s *refusing) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.logons)
}

// certificate returns a certificate in PEM format.
func certificate(t *testing.T) string {
	t.Helper()
	server := memnet.NewServer(t, http.NotFoundHandler())
	server.StartTLS()
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// full returns a complete configuration with additional attributes.
func full(more em) em {
	all := em{"endpoint": "https://em.example.com", "username": `TECH\terraform`, "password": password}
	for name, value := range more {
		all[name] = value
	}
	return all
}

func missing(attribute, what string) finding {
	variable := "VEEAM_EM_" + strings.ToUpper(attribute)
	return finding{at: "em." + attribute, summary: "Incomplete Enterprise Manager configuration", details: []string{
		"The " + what + " is missing. Set " + attribute + " in em, or " + variable + " in the environment.",
	}}
}

func TestConfigure_ReportsEachMissingAttributeOnceWithItsVariable(t *testing.T) {
	endpoint := missing("endpoint", "address of the server")
	username := missing("username", "name of the account to log on as")
	pass := missing("password", "password of the account")
	env := func(endpoint string) map[string]string {
		return map[string]string{"ENDPOINT": endpoint, "USERNAME": "x", "PASSWORD": password}
	}
	for name, c := range map[string]struct {
		em   em
		env  map[string]string
		want []finding
	}{
		"nothing set":          {nil, nil, nil},
		"em is empty":          {em{}, nil, []finding{endpoint, username, pass}},
		"the endpoint alone":   {em{"endpoint": "https://em.example.com"}, nil, []finding{username, pass}},
		"all but the password": {em{"endpoint": "https://em.example.com", "username": "x"}, nil, []finding{pass}},
		"all but the username": {em{"endpoint": "https://em.example.com", "password": password}, nil, []finding{username}},
		"an empty username":    {full(em{"username": ""}), nil, []finding{username}},
		"a variable alone":     {nil, map[string]string{"PASSWORD": password}, []finding{endpoint, username}},
		"a file alone": {
			nil, map[string]string{"PASSWORD_FILE": file(t, password)}, []finding{endpoint, username},
		},
		"two variables": {
			nil, map[string]string{"ENDPOINT": "https://em.example.com", "USERNAME": "x"}, []finding{pass},
		},
		"all three in variables":            {nil, env("https://em.example.com"), nil},
		"some in em, some in variables":     {em{"endpoint": "https://em.example.com"}, env(""), nil},
		"only variables without a server":   {nil, map[string]string{"API_VERSION": "v1_7", "MAX_RETRIES": "many"}, nil},
		"everything set":                    {full(nil), nil, nil},
		"unknown, and the password missing": {em{"endpoint": unknown, "username": "x"}, nil, []finding{pass}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			for variable, value := range c.env {
				t.Setenv("VEEAM_EM_"+variable, value)
			}
			expect(t, s.configure(c.em), errorOf, c.want...)
		})
	}
}

// bad is a value that is refused: in the configuration, in environment variables, or in both.
type bad struct {
	name string
	em   em
	env  map[string]string
	want finding
}

func badValues(t *testing.T) []bad {
	t.Helper()
	missingFile := filepath.Join(t.TempDir(), "missing.pem")
	noCertificate, cutFile := file(t, "no certificate"), file(t, certificate(t)+certificate(t)[:200])
	passwordFile := func(name string, details ...string) finding {
		return finding{"em.password_file", "Not a password to log on with", append(details, fmt.Sprintf("the file %q", name))}
	}
	emptyFile, twoLines := file(t, "\n"), file(t, password+"\r\n\r\n")
	utf16File := file(t, "\xff\xfe"+strings.Join(strings.Split(password, ""), "\x00")+"\x00\r\x00\n\x00")
	username := func(detail string) finding {
		return finding{"em.username", "Not a name to log on as", []string{
			"Check the value of username (or VEEAM_EM_USERNAME): the user name " + detail,
			`Write it as DOMAIN\name or name@domain.`,
		}}
	}
	endpoint := func(detail string) finding {
		return finding{"em.endpoint", "Not an address of Enterprise Manager", []string{detail, "write it as https://host"}}
	}
	version := finding{"em.api_version", "Not an API version", []string{"is neither latest nor of the form v1_7."}}
	duration := finding{"em.request_timeout", "Not a duration", []string{"is not a positive duration such as 30s or 2m."}}
	seconds := duration
	seconds.details = []string{`"60" is not a positive duration such as 30s or 2m. For 60 seconds, write 60s.`}
	retries := finding{"em.max_retries", "Not a number of retries", []string{"a number from 0 to 20."}}
	fingerprint := finding{
		"em.tls_pinned_sha256", "Not a SHA-256 fingerprint",
		[]string{"is not 64 hexadecimal digits, with or without colons between them."},
	}
	conflict := finding{
		"em.tls_pinned_sha256", "Conflicting settings for the server's certificate", []string{"Remove insecure_skip_verify."},
	}
	flag := finding{
		"em.insecure_skip_verify", "Not true or false",
		[]string{`the value is "perhaps" instead of true or false.`},
	}
	unreadable := finding{"em.ca_file", "The file of trusted certificates cannot be read", []string{
		fmt.Sprintf("the file %q cannot be read: ", missingFile),
		"Write an absolute path, or one that is relative to the directory in which Terraform runs.",
	}}
	noPassword := unreadable
	noPassword.at, noPassword.summary = "em.password_file", "The file of the password cannot be read"
	const noPEM = "Not a certificate in PEM or DER format"
	const cutOff = "-----BEGIN CERTIFICATE-----\nMIIB"
	return []bad{
		{
			"plain http to another host",
			em{"endpoint": "http://em.example.com"},
			map[string]string{"ENDPOINT": "http://em.example.com"},
			endpoint("plain http is allowed only for a loopback address"),
		},
		{
			"endpoint without a scheme",
			em{"endpoint": "em.example.com"},
			map[string]string{"ENDPOINT": "em.example.com"},
			endpoint("does not begin with https://"),
		},
		{
			"password in the endpoint",
			em{"endpoint": "https://x:" + password + "@em.example.com"},
			map[string]string{"ENDPOINT": "https://x:" + password + "@em.example.com"},
			endpoint("the user name and the password are separate settings"),
		},
		{"API version", em{"api_version": "1.7"}, map[string]string{"API_VERSION": "1.7"}, version},
		{"API version without a number", em{"api_version": "v1_"}, map[string]string{"API_VERSION": "v1_"}, version},
		{"API version of another generation", em{"api_version": "v2"}, map[string]string{"API_VERSION": "v2"}, version},
		{
			"username with a colon",
			em{"username": "a:b"},
			map[string]string{"USERNAME": "a:b"},
			username("contains a colon"),
		},
		{
			"username with a space",
			em{"username": ` TECH\x`},
			map[string]string{"USERNAME": ` TECH\x`},
			username("begins or ends with white space"),
		},
		{
			"username with a line break",
			em{"username": "TECH\\x\r\n"},
			map[string]string{"USERNAME": "TECH\\x\r\n"},
			username("begins or ends with white space"),
		},
		{
			"username with two backslashes",
			em{"username": `TECH\\x`},
			map[string]string{"USERNAME": `TECH\\x`},
			username(`contains two backslashes in a row`),
		},
		{
			"username with an escape sequence",
			em{"username": "TECH\terraform"},
			map[string]string{"USERNAME": "TECH\new"},
			username(`contains a control character`),
		},
		{
			"password with a line break",
			em{"password": password + "\n"},
			map[string]string{"PASSWORD": password + "\r\n"},
			finding{"em.password", "Not a password to log on with", []string{
				"Check the value of password (or VEEAM_EM_PASSWORD): the password ends in a line break", "password_file",
			}},
		},
		{
			"password with a carriage return",
			em{"password": password + "\r"},
			map[string]string{"PASSWORD": password + "\r"},
			finding{"em.password", "Not a password to log on with", []string{"ends in a line break"}},
		},
		{
			"password twice", nil,
			map[string]string{"PASSWORD_FILE": twoLines},
			finding{
				"em.password_file", "Two sources of the password",
				[]string{"VEEAM_EM_PASSWORD and VEEAM_EM_PASSWORD_FILE are both set. Unset one of them."},
			},
		},
		{
			"password file that is missing",
			em{"password": nil, "password_file": missingFile},
			map[string]string{"PASSWORD": "", "PASSWORD_FILE": missingFile},
			noPassword,
		},
		{
			"password file that is empty",
			em{"password": nil, "password_file": emptyFile},
			map[string]string{"PASSWORD": "", "PASSWORD_FILE": emptyFile},
			passwordFile(emptyFile, "the password is empty"),
		},
		{
			"password file with an empty line",
			em{"password": nil, "password_file": twoLines},
			map[string]string{"PASSWORD": "", "PASSWORD_FILE": twoLines},
			passwordFile(twoLines, "the password ends in a line break"),
		},
		{
			"password file in UTF-16",
			em{"password": nil, "password_file": utf16File},
			map[string]string{"PASSWORD": "", "PASSWORD_FILE": utf16File},
			passwordFile(utf16File, "the password contains a NUL character, as a text in UTF-16 does; use UTF-8."),
		},
		{
			"CA that is cut off",
			em{"ca_pem": cutOff},
			map[string]string{"CA_PEM": cutOff},
			finding{"em.ca_pem", noPEM, []string{"ca_pem (or VEEAM_EM_CA_PEM)"}},
		},
		{"request time without a unit", em{"request_timeout": "60"}, map[string]string{"REQUEST_TIMEOUT": "60"}, seconds},
		{"request time of zero", em{"request_timeout": "0s"}, map[string]string{"REQUEST_TIMEOUT": "0s"}, duration},
		{"negative request time", em{"request_timeout": "-1m"}, map[string]string{"REQUEST_TIMEOUT": "-1m"}, duration},
		{"retries that are no number", nil, map[string]string{"MAX_RETRIES": "many"}, retries},
		{"negative retries", nil, map[string]string{"MAX_RETRIES": "-1"}, retries},
		{"too many retries", nil, map[string]string{"MAX_RETRIES": "21"}, retries},
		{"CA file that is missing", em{"ca_file": missingFile}, map[string]string{"CA_FILE": missingFile}, unreadable},
		{
			"CA file without a certificate",
			em{"ca_file": noCertificate},
			map[string]string{"CA_FILE": noCertificate},
			finding{"em.ca_file", noPEM, []string{"ca_file (or VEEAM_EM_CA_FILE)", noCertificate}},
		},
		{
			"CA without a certificate",
			em{"ca_pem": "x"},
			map[string]string{"CA_PEM": "x"},
			finding{"em.ca_pem", noPEM, []string{"ca_pem (or VEEAM_EM_CA_PEM)", "-----BEGIN CERTIFICATE-----"}},
		},
		{
			"CA file of which the second certificate is cut off",
			em{"ca_file": cutFile},
			map[string]string{"CA_FILE": cutFile},
			finding{"em.ca_file", noPEM, []string{
				fmt.Sprintf("the file %q: block 2 of the CA certificates, in line ", cutFile), "is damaged or cut off.",
			}},
		},
		{
			"CA twice", nil,
			map[string]string{"CA_FILE": noCertificate, "CA_PEM": "x"},
			finding{
				"em.ca_file", "Two sources of trusted certificates",
				[]string{"VEEAM_EM_CA_PEM and VEEAM_EM_CA_FILE are both set. Unset one of them."},
			},
		},
		{
			"pin that is too short",
			em{"tls_pinned_sha256": pins("AB:CD")},
			map[string]string{"TLS_PINNED_SHA256": "AB:CD"},
			fingerprint,
		},
		{
			"pin with another letter",
			em{"tls_pinned_sha256": pins("G" + pin[1:])},
			map[string]string{"TLS_PINNED_SHA256": pin + ",G" + pin[1:]},
			fingerprint,
		},
		{"pin that is null", em{"tls_pinned_sha256": pins(nil)}, nil, fingerprint},
		{
			"no pin in the list",
			em{"tls_pinned_sha256": pins()},
			nil,
			finding{"em.tls_pinned_sha256", "No certificate would be accepted", []string{"remove the attribute"}},
		},
		{
			"pins without verification",
			em{"tls_pinned_sha256": pins(pin), "insecure_skip_verify": true},
			map[string]string{"TLS_PINNED_SHA256": pin, "INSECURE_SKIP_VERIFY": "true"},
			conflict,
		},
		{
			"trusted certificates without verification",
			em{"ca_pem": certificate(t), "insecure_skip_verify": true},
			map[string]string{"CA_PEM": certificate(t), "INSECURE_SKIP_VERIFY": "true"},
			finding{
				"em.ca_pem", "Conflicting settings for the server's certificate",
				[]string{"so that ca_pem (or VEEAM_EM_CA_PEM) has no effect. Remove insecure_skip_verify."},
			},
		},
		{
			"a file of trusted certificates without verification",
			em{"ca_file": file(t, certificate(t)), "insecure_skip_verify": true},
			map[string]string{"CA_FILE": file(t, certificate(t)), "INSECURE_SKIP_VERIFY": "true"},
			finding{
				"em.ca_file", "Conflicting settings for the server's certificate",
				[]string{"so that ca_file (or VEEAM_EM_CA_FILE) has no effect. Remove insecure_skip_verify."},
			},
		},
		{
			"a variable without a pin", nil,
			map[string]string{"TLS_PINNED_SHA256": " , "},
			finding{
				"em.tls_pinned_sha256", "No certificate would be accepted",
				[]string{`the value is " , ", which contains no fingerprint.`},
			},
		},
		{"flag", nil, map[string]string{"INSECURE_SKIP_VERIFY": "perhaps"}, flag},
		{
			"other flag", nil,
			map[string]string{"ALLOW_SELF_LOCKOUT": "2"},
			finding{"em.allow_self_lockout", "Not true or false", []string{"VEEAM_EM_ALLOW_SELF_LOCKOUT"}},
		},
		{
			"platform", nil,
			map[string]string{"SERVER_PLATFORM": "Windows"},
			finding{
				"em.server_platform", "Unknown platform", []string{`"Windows" is not a platform. Use one of windows, linux.`},
			},
		},
	}
}

func TestConfigure_ReportsABadValueAtItsAttribute(t *testing.T) {
	for _, c := range badValues(t) {
		attribute := strings.TrimPrefix(c.want.at, "em.")
		c.want.details = append(slices.Clone(c.want.details), attribute, emVariable(attribute))
		if c.em != nil {
			t.Run(c.name+", configured", func(t *testing.T) {
				got := newServer(t).configure(full(c.em))
				expect(t, got, errorOf, c.want)
				withoutPassword(t, texts(got))
			})
		}
		if c.env != nil {
			t.Run(c.name+", in the environment", func(t *testing.T) {
				s := newServer(t)
				all := map[string]string{"ENDPOINT": "https://em.example.com", "USERNAME": "x", "PASSWORD": password}
				maps.Copy(all, c.env)
				for variable, value := range all {
					t.Setenv("VEEAM_EM_"+variable, value)
				}
				got := s.configure(nil)
				expect(t, got, errorOf, c.want)
				withoutPassword(t, texts(got))
			})
		}
	}
}

func TestConfigure_RefusesWhatTheSchemaRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		em   em
		want finding
	}{
		"platform": {
			em{"server_platform": "solaris"},
			finding{"em.server_platform", "Invalid Attribute Value Match", []string{"solaris"}},
		},
		"negative retries": {
			em{"max_retries": -1}, finding{"em.max_retries", "Invalid Attribute Value", []string{"between 0 and 20"}},
		},
		"too many retries": {
			em{"max_retries": 21}, finding{"em.max_retries", "Invalid Attribute Value", []string{"between 0 and 20"}},
		},
		"CA file and CA PEM": {
			em{"ca_file": "x", "ca_pem": "y"}, finding{"em.ca_file", "Invalid Attribute Combination", []string{"ca_pem"}},
		},
		"password and password file": {
			em{"password_file": "x"}, finding{"em.password_file", "Invalid Attribute Combination", []string{"em.password"}},
		},
	} {
		t.Run(name, func(t *testing.T) { expect(t, newServer(t).configure(full(c.em)), errorOf, c.want) })
	}
}

func TestConfigure_ReportsAllBadValuesAtOnce(t *testing.T) {
	got := newServer(t).configure(full(em{"endpoint": "x", "api_version": "y", "request_timeout": "z"}))
	expect(t, got, errorOf,
		finding{at: "em.endpoint", summary: "Not an address of Enterprise Manager"},
		finding{at: "em.api_version", summary: "Not an API version"},
		finding{at: "em.request_timeout", summary: "Not a duration"})
}

func TestConfigure_ReportsEachBadPinAndTheConflict(t *testing.T) {
	got := newServer(t).configure(full(em{"tls_pinned_sha256": pins("AB:CD", pin, "EF"), "insecure_skip_verify": true}))
	const summary = "Not a SHA-256 fingerprint"
	expect(t, got, errorOf, finding{"em.tls_pinned_sha256", summary, nil}, finding{"em.tls_pinned_sha256", summary, nil},
		finding{"em.tls_pinned_sha256", "Conflicting settings for the server's certificate", nil})
}

func TestConfigure_RefusesTrustSettingsWithoutVerificationFromDifferentSources(t *testing.T) {
	ca := certificate(t)
	name := file(t, ca)
	for attribute, c := range map[string]struct {
		configured any
		variable   string
	}{
		"ca_file":           {name, name},
		"ca_pem":            {ca, ca},
		"tls_pinned_sha256": {pins(pin), pin},
	} {
		want := finding{"em." + attribute, "Conflicting settings for the server's certificate", []string{
			"insecure_skip_verify (or VEEAM_EM_INSECURE_SKIP_VERIFY)", attribute + " (or " + emVariable(attribute) + ")",
		}}
		t.Run(attribute+" in the environment", func(t *testing.T) {
			s := newServer(t)
			t.Setenv(emVariable(attribute), c.variable)
			expect(t, s.configure(full(em{"insecure_skip_verify": true})), errorOf, want)
		})
		t.Run(attribute+" configured", func(t *testing.T) {
			s := newServer(t)
			t.Setenv("VEEAM_EM_INSECURE_SKIP_VERIFY", "true")
			expect(t, s.configure(full(em{attribute: c.configured})), errorOf, want)
		})
	}
}

// Only the client checks values that the client's configuration can hold.
func TestConfigure_AcceptsExactlyWhatTheClientAccepts(t *testing.T) {
	type change = func(*emapi.Config)
	var cases []struct {
		em     em
		client change
	}
	add := func(attributes em, client change) {
		cases = append(cases, struct {
			em     em
			client change
		}{attributes, client})
	}
	for _, v := range []string{
		"latest", "v1_7", "v1_10", "v1_", "v1_x", "v2", "v1_7_1", "V1_7", "1.7", "v1_1234", " v1_7",
	} {
		add(em{"api_version": v}, func(c *emapi.Config) { c.APIVersion = v })
	}
	for _, v := range []string{
		"https://em", " https://em ", "https://em:1/api", "http://em", "http://localhost", "em", "https://em/x",
		"https://u@em",
	} {
		add(em{"endpoint": v}, func(c *emapi.Config) { c.Endpoint = v })
	}
	for _, v := range []string{"", " ", "a:b", `TECH\x`, `TECH\\x`, "TECH\tx", "x\n", "svc@tech.local", `.\x y`} {
		add(em{"username": v}, func(c *emapi.Config) { c.Username = v })
	}
	for _, v := range []string{"", " ", "a:b", "a\n", "a\r", "\na", "a\nb", "a\x00b"} {
		add(em{"password": v}, func(c *emapi.Config) { c.Password = v })
	}
	for _, v := range []string{
		pin, strings.ToLower(pin), strings.ReplaceAll(pin, ":", ""), " " + pin, pin + ":00", "", "AB",
	} {
		add(em{"tls_pinned_sha256": pins(v)}, func(c *emapi.Config) { c.PinnedSHA256 = []string{v} })
		add(em{"tls_pinned_sha256": pins(v), "insecure_skip_verify": true}, func(c *emapi.Config) {
			c.PinnedSHA256, c.InsecureSkipVerify = []string{v}, true
		})
	}
	ca := certificate(t)
	for _, v := range []string{ca, "\ufeff" + ca, ca + ca[:200], "x", "-----BEGIN CERTIFICATE-----\nMIIB"} {
		add(em{"ca_pem": v}, func(c *emapi.Config) { c.CAPEM = []byte(v) })
		add(em{"ca_pem": v, "insecure_skip_verify": true}, func(c *emapi.Config) {
			c.CAPEM, c.InsecureSkipVerify = []byte(v), true
		})
		add(em{"ca_file": file(t, v)}, func(c *emapi.Config) { c.CAPEM = []byte(v) })
	}
	// The client treats 0 as not configured. The provider cannot express that and refuses 0s.
	add(em{"request_timeout": "-1s"}, func(c *emapi.Config) { c.RequestTimeout = -time.Second })
	add(em{"request_timeout": "1h"}, func(c *emapi.Config) { c.RequestTimeout = time.Hour })
	for _, v := range []int{-1, 0, 20, 21} {
		add(em{"max_retries": v}, func(c *emapi.Config) { c.MaxRetries = v })
	}
	s, refused := newServer(t), 0
	for _, tc := range cases {
		config := emapi.Config{Endpoint: "https://em.example.com", Username: `TECH\terraform`, Password: password}
		tc.client(&config)
		_, err := emapi.New(config)
		got := slices.DeleteFunc(s.configure(full(tc.em)),
			func(d *tfprotov6.Diagnostic) bool { return d.Severity == warning })
		if (err != nil) != (len(got) > 0) {
			t.Errorf("%v: the client says %v, the provider %s", tc.em, err, texts(got))
		}
		if err != nil {
			refused++
		}
		for _, d := range got {
			if !strings.HasPrefix(where(d), "em.") {
				t.Errorf("%v is refused without its attribute: %s", tc.em, texts(got))
			}
		}
	}
	if refused == 0 || refused == len(cases) {
		t.Errorf("the client refuses %d of %d", refused, len(cases))
	}
}

func TestConfigure_WarnsOnceIfTheCertificateIsNotVerified(t *testing.T) {
	want := finding{
		"em.insecure_skip_verify", "The server's certificate is not verified",
		[]string{"Use ca_file, ca_pem or tls_pinned_sha256 instead."},
	}
	expect(t, newServer(t).configure(full(em{"insecure_skip_verify": true})), warning, want)
	expect(t, newServer(t).configure(full(em{"insecure_skip_verify": false})), warning)
	s := newServer(t)
	t.Setenv("VEEAM_EM_INSECURE_SKIP_VERIFY", "true")
	expect(t, s.configure(full(nil)), warning, want)
	expect(t, s.configure(full(em{"insecure_skip_verify": false})), warning)
}

func TestConfigure_AcceptsEveryKindOfTrust(t *testing.T) {
	ca := certificate(t)
	for name, attributes := range map[string]em{
		"the system's": {}, "a CA": {"ca_pem": ca}, "a file": {"ca_file": file(t, ca)},
		"a pin":                {"tls_pinned_sha256": pins(pin)},
		"a pin without colons": {"tls_pinned_sha256": pins(strings.ToLower(strings.ReplaceAll(pin, ":", "")))},
	} {
		t.Run(name, func(t *testing.T) { expect(t, newServer(t).configure(full(attributes)), errorOf) })
	}
}

func TestConfigure_DefersIfAValueIsNotKnownYet(t *testing.T) {
	server := startRefusing(t)
	for name, attributes := range map[string]em{
		"em itself":            {"": unknown},
		"endpoint":             full(em{"endpoint": unknown}),
		"username":             full(em{"username": unknown}),
		"password":             full(em{"password": unknown}),
		"password_file":        full(em{"password": nil, "password_file": unknown}),
		"api_version":          full(em{"api_version": unknown}),
		"ca_file":              full(em{"ca_file": unknown}),
		"ca_pem":               full(em{"ca_pem": unknown}),
		"tls_pinned_sha256":    full(em{"tls_pinned_sha256": unknown}),
		"one of the pins":      full(em{"tls_pinned_sha256": pins(pin, unknown)}),
		"insecure_skip_verify": full(em{"insecure_skip_verify": unknown}),
		"server_platform":      full(em{"server_platform": unknown}),
		"request_timeout":      full(em{"request_timeout": unknown}),
		"max_retries":          full(em{"max_retries": unknown}),
		"allow_self_lockout":   full(em{"allow_self_lockout": unknown}),
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			// The environment does not replace an unknown value.
			for variable, value := range map[string]string{
				"ENDPOINT": server.URL, "USERNAME": "x", "PASSWORD": password, "SERVER_PLATFORM": "linux", "API_VERSION": "v1_7",
			} {
				t.Setenv("VEEAM_EM_"+variable, value)
			}
			expect(t, s.configure(attributes), errorOf)
			expect(t, s.readRoles(), errorOf, finding{summary: "The provider's em configuration is not known yet"})
		})
	}
	if got := server.requests(); len(got) != 0 {
		t.Errorf("%d requests were sent", len(got))
	}
}

func TestConfigure_SendsNothingBeforeAnObjectNeedsTheServer(t *testing.T) {
	server := startRefusing(t)
	s := newServer(t)
	expect(t, s.configure(full(em{"endpoint": server.URL})), errorOf)
	if err := s.clients.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if got := server.requests(); len(got) != 0 {
		t.Errorf("configuring and closing sent %d requests", len(got))
	}
}

func TestConfigure_TheConfigurationTakesPrecedence(t *testing.T) {
	configured, other := startRefusing(t), startRefusing(t)
	for name, c := range map[string]struct {
		em   em
		want string // credentials that the configured server gets
		miss string // credentials that the other server gets
	}{
		"all configured":     {em{"endpoint": configured.URL, "username": "me", "password": password}, "me:" + password, ""},
		"the endpoint alone": {em{"endpoint": configured.URL}, "env:env-password", ""},
		"nothing configured": {nil, "", "env:env-password"},
		"an empty em":        {em{}, "", "env:env-password"},
	} {
		t.Run(name, func(t *testing.T) {
			before, beforeOther := len(configured.requests()), len(other.requests())
			s := newServer(t)
			t.Setenv("VEEAM_EM_ENDPOINT", other.URL)
			t.Setenv("VEEAM_EM_USERNAME", "env")
			t.Setenv("VEEAM_EM_PASSWORD", "env-password")
			expect(t, s.configure(c.em), errorOf)
			got := s.readRoles()
			expect(t, got, errorOf, finding{
				summary: "Could not log on to Enterprise Manager", details: []string{"The server refused the logon."},
			})
			withoutPassword(t, texts(got))
			if now := strings.Join(configured.requests()[before:], " "); now != c.want {
				t.Errorf("the configured server got %q, want %q", now, c.want)
			}
			if now := strings.Join(other.requests()[beforeOther:], " "); now != c.miss {
				t.Errorf("the environment's server got %q, want %q", now, c.miss)
			}
		})
	}
}

func TestConfigure_ARefusedLogonIsTriedOnce(t *testing.T) {
	server := startRefusing(t)
	s := newServer(t)
	expect(t, s.configure(full(em{"endpoint": server.URL})), errorOf)
	expect(t, s.readRoles(), errorOf, finding{summary: "Could not log on to Enterprise Manager"})
	for range 2 {
		expect(t, s.readRoles(), errorOf, finding{summary: "Could not read the security roles", details: []string{
			`The logon failed. See the error "Could not log on to Enterprise Manager".`,
		}})
	}
	if got := server.requests(); len(got) != 1 {
		t.Errorf("%d logons", len(got))
	}
}

// clientConfig returns the configuration of the client that settings create from a model.
func clientConfig(t *testing.T, m emModel) (config emapi.Config, platform string, diags diag.Diagnostics) {
	t.Helper()
	s := newSettings(tfkit.EnterpriseManager)
	config = s.client(m.connectionModel, "1.2.3")
	platform = s.platform(m.ServerPlatform)
	s.check(config.Check())
	config.Log = nil
	return config, platform, s.diags
}

// fields formats a configuration with its secrets, so that a test can compare and show it.
func fields(c emapi.Config) string {
	var lines []string
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; name != "Log" {
			lines = append(lines, fmt.Sprintf("%s=%s", name, v.Field(i)))
		}
	}
	return strings.Join(lines, "\n")
}

func TestSettings_UseTheConfigurationThenTheEnvironmentThenTheDefault(t *testing.T) {
	newServer(t) // clears the environment
	ca, otherCA := certificate(t), certificate(t)+"\n"
	other := strings.ReplaceAll(pin, "AB", "00")
	configured := emModel{connectionModel: connectionModel{
		Endpoint: types.StringValue("https://configured"), Username: types.StringValue("configured"),
		Password:   types.StringValue("configured"),
		APIVersion: types.StringValue("v1_6"), CAPEM: types.StringValue(ca),
		TLSPinnedSHA256:    types.ListValueMust(types.StringType, []attr.Value{types.StringValue(pin)}),
		InsecureSkipVerify: types.BoolValue(false),
		RequestTimeout:     types.StringValue("90s"), MaxRetries: types.Int64Value(0),
	}, ServerPlatform: types.StringValue(tfkit.PlatformWindows)}
	null := emModel{}
	check := func(name string, m emModel, want emapi.Config, wantPlatform string) {
		t.Helper()
		got, platform, diags := clientConfig(t, m)
		if diags.HasError() {
			t.Errorf("%s: %v", name, diags)
		}
		if a, b := fields(got), fields(want); a != b {
			t.Errorf("%s: \n%s\nwant\n%s", name, a, b)
		}
		if platform != wantPlatform {
			t.Errorf("%s: platform %q, want %q", name, platform, wantPlatform)
		}
	}
	const agent = "terraform-provider-veeam/1.2.3"
	fromConfiguration := emapi.Config{
		Endpoint: "https://configured", Username: "configured", Password: "configured", APIVersion: "v1_6", CAPEM: []byte(ca),
		PinnedSHA256: []string{pin}, RequestTimeout: 90 * time.Second, UserAgent: agent,
	}
	check("configured, no environment", configured, fromConfiguration, "windows")
	for variable, value := range map[string]string{
		"ENDPOINT": "https://environment", "USERNAME": "environment", "PASSWORD": "environment", "API_VERSION": "latest",
		"CA_PEM":            otherCA,
		"TLS_PINNED_SHA256": " " + pin + " , " + other + ",", "SERVER_PLATFORM": "linux", "REQUEST_TIMEOUT": "2m",
		"MAX_RETRIES": "7",
	} {
		t.Setenv("VEEAM_EM_"+variable, value)
	}
	check("configured, and an environment", configured, fromConfiguration, "windows")
	check("the environment alone", null, emapi.Config{
		Endpoint: "https://environment", Username: "environment", Password: "environment", APIVersion: "latest",
		CAPEM:        []byte(otherCA),
		PinnedSHA256: []string{pin, other}, RequestTimeout: 2 * time.Minute, MaxRetries: 7, UserAgent: agent,
	}, "linux")
	for _, variable := range []string{
		"API_VERSION", "CA_PEM", "TLS_PINNED_SHA256", "SERVER_PLATFORM", "REQUEST_TIMEOUT", "MAX_RETRIES",
	} {
		t.Setenv("VEEAM_EM_"+variable, "")
	}
	check("the defaults", null, emapi.Config{
		Endpoint: "https://environment", Username: "environment", Password: "environment", CAPEM: []byte{},
		RequestTimeout: time.Minute, MaxRetries: 4, UserAgent: agent,
	}, "windows")
}

func TestSettings_AConfiguredCATakesPrecedenceOverBothVariables(t *testing.T) {
	newServer(t)
	ca, otherCA := certificate(t), certificate(t)+"\n"
	for name, c := range map[string]struct {
		m             connectionModel
		variable, env string
	}{
		"ca_pem and VEEAM_EM_CA_FILE": {connectionModel{CAPEM: types.StringValue(ca)}, "VEEAM_EM_CA_FILE", file(t, otherCA)},
		"ca_file and VEEAM_EM_CA_PEM": {connectionModel{CAFile: types.StringValue(file(t, ca))}, "VEEAM_EM_CA_PEM", otherCA},
		"ca_file and VEEAM_EM_CA_FILE": {
			connectionModel{CAFile: types.StringValue(file(t, ca))}, "VEEAM_EM_CA_FILE", file(t, otherCA),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(c.variable, c.env)
			config, _, diags := clientConfig(t, emModel{connectionModel: c.m})
			if got := string(config.CAPEM); got != ca {
				t.Errorf("%q, %v", got, diags)
			}
		})
	}
}

func TestSettings_AConfiguredPasswordTakesPrecedenceOverBothVariables(t *testing.T) {
	newServer(t)
	const other = "env-password"
	for name, c := range map[string]struct {
		m             connectionModel
		variable, env string
	}{
		"password and the file variable": {
			connectionModel{Password: types.StringValue(password)}, "VEEAM_EM_PASSWORD_FILE", file(t, other),
		},
		"password_file and the variable": {
			connectionModel{PasswordFile: types.StringValue(file(t, password))}, "VEEAM_EM_PASSWORD", other,
		},
		"password_file and the file variable": {
			connectionModel{PasswordFile: types.StringValue(file(t, password))}, "VEEAM_EM_PASSWORD_FILE", file(t, other),
		},
		"the file variable alone": {connectionModel{}, "VEEAM_EM_PASSWORD_FILE", file(t, password)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(c.variable, c.env)
			config, _, diags := clientConfig(t, emModel{connectionModel: c.m})
			if config.Password != password {
				t.Errorf("the password is %q, %v", config.Password, diags)
			}
		})
	}
}

func TestSettings_APasswordFileLosesOneLineBreakAndTheByteOrderMark(t *testing.T) {
	newServer(t)
	for content, want := range map[string]string{
		"secret": "secret", "secret\n": "secret", "secret\r\n": "secret", "\ufeffsecret\r\n": "secret",
		" secret \n": " secret ", "secret\n\n": "secret\n", "secret\r": "secret\r", "\nsecret": "\nsecret",
	} {
		config, _, _ := clientConfig(t, emModel{connectionModel: connectionModel{
			PasswordFile: types.StringValue(file(t, content)),
		}})
		if config.Password != want {
			t.Errorf("the password in %q is %q, want %q", content, config.Password, want)
		}
	}
}

func TestSettings_ReadFlagsFromTheConfigurationThenTheEnvironment(t *testing.T) {
	newServer(t)
	for name, c := range map[string]struct {
		value types.Bool
		env   string
		want  bool
	}{
		"neither":                 {types.BoolNull(), "", false},
		"configured":              {types.BoolValue(true), "", true},
		"configured false":        {types.BoolValue(false), "true", false},
		"configured true":         {types.BoolValue(true), "false", true},
		"the environment":         {types.BoolNull(), "true", true},
		"the environment says 1":  {types.BoolNull(), "1", true},
		"the environment says no": {types.BoolNull(), "false", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("VEEAM_EM_ALLOW_SELF_LOCKOUT", c.env)
			s := newSettings(tfkit.EnterpriseManager)
			if got := s.flag(c.value, "allow_self_lockout"); got != c.want || s.unknown || s.diags.HasError() {
				t.Errorf("%t, unknown %t, %v", got, s.unknown, s.diags)
			}
		})
	}
}

// withoutPassword fails the test if the text contains the password, as plain text or as in a header.
func withoutPassword(t *testing.T, text string) {
	t.Helper()
	for _, secret := range []string{
		password, "env-password", base64.StdEncoding.EncodeToString([]byte(`TECH\terraform:` + password)),
	} {
		if strings.Contains(text, secret) {
			t.Errorf("the text contains %s: %s", secret, text)
		}
	}
}

func TestData_PrintsNoPassword(t *testing.T) {
	newServer(t)
	clients := &tfkit.Clients{}
	p := &veeamProvider{version: "test", clients: clients}
	config, _, _ := clientConfig(t, emModel{connectionModel: connectionModel{
		Endpoint: types.StringValue("https://em.example.com"), Username: types.StringValue(`TECH\terraform`),
		Password: types.StringValue(password),
	}})
	client, err := emapi.New(config)
	if err != nil {
		t.Fatal(err)
	}
	clients.Add(client)
	data := &tfkit.Data{EM: &tfkit.EM{Client: client}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, value := range []any{config, client, data, data.EM, clients, p} {
			withoutPassword(t, fmt.Sprintf(verb, value))
		}
	}
}
