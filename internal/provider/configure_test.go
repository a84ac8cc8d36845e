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
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

const (
	password = "Pa55-word-that-nobody-prints"
	pin      = "AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89"
	errorOf  = tfprotov6.DiagnosticSeverityError
	warning  = tfprotov6.DiagnosticSeverityWarning
)

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
		user, secret, isBasic := r.BasicAuth()
		if !isBasic {
			user, secret = r.PostFormValue("username"), r.PostFormValue("password")
		}
		s.mu.Lock()
		s.logons = append(s.logons, user+":"+secret)
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

func (p product) missing(attribute, what string) finding {
	return finding{at: p.at(attribute), summary: "Incomplete " + p.Name + " configuration", details: []string{
		"The " + what + " is missing. Set " + attribute + " in " + p.Attribute + ", or " + p.Variable(attribute) +
			" in the environment.",
	}}
}

func TestConfigure_ReportsEachMissingAttributeOnceWithItsVariable(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		endpoint := p.missing("endpoint", "address of the server")
		username := p.missing("username", "name of the account to log on as")
		pass := p.missing("password", "password of the account")
		env := func(endpoint string) map[string]string {
			return map[string]string{"ENDPOINT": endpoint, "USERNAME": "x", "PASSWORD": password}
		}
		for name, c := range map[string]struct {
			values values
			env    map[string]string
			want   []finding
		}{
			"nothing set":          {nil, nil, nil},
			"an empty block":       {values{}, nil, []finding{endpoint, username, pass}},
			"the endpoint alone":   {values{"endpoint": "https://veeam.example.com"}, nil, []finding{username, pass}},
			"all but the password": {values{"endpoint": "https://veeam.example.com", "username": "x"}, nil, []finding{pass}},
			"all but the username": {
				values{"endpoint": "https://veeam.example.com", "password": password}, nil, []finding{username},
			},
			"an empty username": {p.full(values{"username": ""}), nil, []finding{username}},
			"a variable alone":  {nil, map[string]string{"PASSWORD": password}, []finding{endpoint, username}},
			"a file alone": {
				nil, map[string]string{"PASSWORD_FILE": file(t, password)}, []finding{endpoint, username},
			},
			"two variables": {
				nil, map[string]string{"ENDPOINT": "https://veeam.example.com", "USERNAME": "x"}, []finding{pass},
			},
			"all three in variables":               {nil, env("https://veeam.example.com"), nil},
			"some in the block, some in variables": {values{"endpoint": "https://veeam.example.com"}, env(""), nil},
			"only variables without a server": {
				nil, map[string]string{"API_VERSION": p.version, "MAX_RETRIES": "many"}, nil,
			},
			"everything set":                    {p.full(nil), nil, nil},
			"unknown, and the password missing": {values{"endpoint": unknown, "username": "x"}, nil, []finding{pass}},
		} {
			t.Run(name, func(t *testing.T) {
				s := p.newServer(t)
				p.setenv(t, c.env)
				expect(t, s.configure(c.values), errorOf, c.want...)
			})
		}
	})
}

// bad is a value that is refused: in the configuration, in environment variables, or in both.
type bad struct {
	name   string
	values values
	env    map[string]string
	want   finding
}

func (p product) badConnections(t *testing.T) []bad {
	t.Helper()
	missingFile := filepath.Join(t.TempDir(), "missing.pem")
	noCertificate, cutFile := file(t, "no certificate"), file(t, certificate(t)+certificate(t)[:200])
	passwordFile := func(name string, details ...string) finding {
		details = append(details, fmt.Sprintf("the file %q", name))
		return finding{p.at("password_file"), "Not a password to log on with", details}
	}
	emptyFile, twoLines := file(t, "\n"), file(t, password+"\r\n\r\n")
	utf16File := file(t, "\xff\xfe"+strings.Join(strings.Split(password, ""), "\x00")+"\x00\r\x00\n\x00")
	username := func(detail string) finding {
		return finding{p.at("username"), "Not a name to log on as", []string{
			"Check the value of " + p.named("username") + ": the user name " + detail,
			`Write it as DOMAIN\name or name@domain.`,
		}}
	}
	endpoint := func(detail string) finding {
		return finding{p.at("endpoint"), "Not an address of " + p.Name, []string{detail, "write it as https://host"}}
	}
	duration := finding{p.at("request_timeout"), "Not a duration", []string{
		"is not a positive duration such as 30s or 2m.",
	}}
	seconds := duration
	seconds.details = []string{`"60" is not a positive duration such as 30s or 2m. For 60 seconds, write 60s.`}
	retries := finding{p.at("max_retries"), "Not a number of retries", []string{"a number from 0 to 20."}}
	fingerprint := finding{
		p.at("tls_pinned_sha256"), "Not a SHA-256 fingerprint",
		[]string{"is not 64 hexadecimal digits, with or without colons between them."},
	}
	const conflicting = "Conflicting settings for the server's certificate"
	conflict := finding{p.at("tls_pinned_sha256"), conflicting, []string{"Remove insecure_skip_verify."}}
	flag := finding{
		p.at("insecure_skip_verify"), "Not true or false",
		[]string{`the value is "perhaps" instead of true or false.`},
	}
	unreadable := finding{p.at("ca_file"), "The file of trusted certificates cannot be read", []string{
		fmt.Sprintf("the file %q cannot be read: ", missingFile),
		"Write an absolute path, or one that is relative to the directory in which Terraform runs.",
	}}
	noPassword := unreadable
	noPassword.at, noPassword.summary = p.at("password_file"), "The file of the password cannot be read"
	const noPEM = "Not a certificate in PEM or DER format"
	const cutOff = "-----BEGIN CERTIFICATE-----\nMIIB"
	return []bad{
		{
			"plain http to another host",
			values{"endpoint": "http://veeam.example.com"},
			map[string]string{"ENDPOINT": "http://veeam.example.com"},
			endpoint("plain http is allowed only for a loopback address"),
		},
		{
			"endpoint without a scheme",
			values{"endpoint": "veeam.example.com"},
			map[string]string{"ENDPOINT": "veeam.example.com"},
			endpoint("does not begin with https://"),
		},
		{
			"password in the endpoint",
			values{"endpoint": "https://x:" + password + "@veeam.example.com"},
			map[string]string{"ENDPOINT": "https://x:" + password + "@veeam.example.com"},
			endpoint("the user name and the password are separate settings"),
		},
		{
			"username with a space",
			values{"username": ` TECH\x`},
			map[string]string{"USERNAME": ` TECH\x`},
			username("begins or ends with white space"),
		},
		{
			"username with a line break",
			values{"username": "TECH\\x\r\n"},
			map[string]string{"USERNAME": "TECH\\x\r\n"},
			username("begins or ends with white space"),
		},
		{
			"username with two backslashes",
			values{"username": `TECH\\x`},
			map[string]string{"USERNAME": `TECH\\x`},
			username(`contains two backslashes in a row`),
		},
		{
			"username with an escape sequence",
			values{"username": "TECH\terraform"},
			map[string]string{"USERNAME": "TECH\new"},
			username(`contains a control character`),
		},
		{
			"password with a line break",
			values{"password": password + "\n"},
			map[string]string{"PASSWORD": password + "\r\n"},
			finding{p.at("password"), "Not a password to log on with", []string{
				"Check the value of " + p.named("password") + ": the password ends in a line break", "password_file",
			}},
		},
		{
			"password with a carriage return",
			values{"password": password + "\r"},
			map[string]string{"PASSWORD": password + "\r"},
			finding{p.at("password"), "Not a password to log on with", []string{"ends in a line break"}},
		},
		{
			"password twice", nil,
			map[string]string{"PASSWORD_FILE": twoLines},
			finding{
				p.at("password_file"), "Two sources of the password",
				[]string{p.Variable("password") + " and " + p.Variable("password_file") + " are both set. Unset one of them."},
			},
		},
		{
			"password file that is missing",
			values{"password": nil, "password_file": missingFile},
			map[string]string{"PASSWORD": "", "PASSWORD_FILE": missingFile},
			noPassword,
		},
		{
			"password file that is empty",
			values{"password": nil, "password_file": emptyFile},
			map[string]string{"PASSWORD": "", "PASSWORD_FILE": emptyFile},
			passwordFile(emptyFile, "the password is empty"),
		},
		{
			"password file with an empty line",
			values{"password": nil, "password_file": twoLines},
			map[string]string{"PASSWORD": "", "PASSWORD_FILE": twoLines},
			passwordFile(twoLines, "the password ends in a line break"),
		},
		{
			"password file in UTF-16",
			values{"password": nil, "password_file": utf16File},
			map[string]string{"PASSWORD": "", "PASSWORD_FILE": utf16File},
			passwordFile(utf16File, "the password contains a NUL character, as a text in UTF-16 does; use UTF-8."),
		},
		{
			"CA that is cut off",
			values{"ca_pem": cutOff},
			map[string]string{"CA_PEM": cutOff},
			finding{p.at("ca_pem"), noPEM, []string{p.named("ca_pem")}},
		},
		{"request time without a unit", values{"request_timeout": "60"}, map[string]string{"REQUEST_TIMEOUT": "60"}, seconds},
		{"request time of zero", values{"request_timeout": "0s"}, map[string]string{"REQUEST_TIMEOUT": "0s"}, duration},
		{"negative request time", values{"request_timeout": "-1m"}, map[string]string{"REQUEST_TIMEOUT": "-1m"}, duration},
		{"retries that are no number", nil, map[string]string{"MAX_RETRIES": "many"}, retries},
		{"negative retries", nil, map[string]string{"MAX_RETRIES": "-1"}, retries},
		{"too many retries", nil, map[string]string{"MAX_RETRIES": "21"}, retries},
		{"CA file that is missing", values{"ca_file": missingFile}, map[string]string{"CA_FILE": missingFile}, unreadable},
		{
			"CA file without a certificate",
			values{"ca_file": noCertificate},
			map[string]string{"CA_FILE": noCertificate},
			finding{p.at("ca_file"), noPEM, []string{p.named("ca_file"), noCertificate}},
		},
		{
			"CA without a certificate",
			values{"ca_pem": "x"},
			map[string]string{"CA_PEM": "x"},
			finding{p.at("ca_pem"), noPEM, []string{p.named("ca_pem"), "-----BEGIN CERTIFICATE-----"}},
		},
		{
			"CA file of which the second certificate is cut off",
			values{"ca_file": cutFile},
			map[string]string{"CA_FILE": cutFile},
			finding{p.at("ca_file"), noPEM, []string{
				fmt.Sprintf("the file %q: block 2 of the CA certificates, in line ", cutFile), "is damaged or cut off.",
			}},
		},
		{
			"CA twice", nil,
			map[string]string{"CA_FILE": noCertificate, "CA_PEM": "x"},
			finding{
				p.at("ca_file"), "Two sources of trusted certificates",
				[]string{p.Variable("ca_pem") + " and " + p.Variable("ca_file") + " are both set. Unset one of them."},
			},
		},
		{
			"pin that is too short",
			values{"tls_pinned_sha256": pins("AB:CD")},
			map[string]string{"TLS_PINNED_SHA256": "AB:CD"},
			fingerprint,
		},
		{
			"pin with another letter",
			values{"tls_pinned_sha256": pins("G" + pin[1:])},
			map[string]string{"TLS_PINNED_SHA256": pin + ",G" + pin[1:]},
			fingerprint,
		},
		{"pin that is null", values{"tls_pinned_sha256": pins(nil)}, nil, fingerprint},
		{
			"no pin in the list",
			values{"tls_pinned_sha256": pins()},
			nil,
			finding{p.at("tls_pinned_sha256"), "No certificate would be accepted", []string{"remove the attribute"}},
		},
		{
			"pins without verification",
			values{"tls_pinned_sha256": pins(pin), "insecure_skip_verify": true},
			map[string]string{"TLS_PINNED_SHA256": pin, "INSECURE_SKIP_VERIFY": "true"},
			conflict,
		},
		{
			"trusted certificates without verification",
			values{"ca_pem": certificate(t), "insecure_skip_verify": true},
			map[string]string{"CA_PEM": certificate(t), "INSECURE_SKIP_VERIFY": "true"},
			finding{
				p.at("ca_pem"), conflicting,
				[]string{"so that " + p.named("ca_pem") + " has no effect. Remove insecure_skip_verify."},
			},
		},
		{
			"a file of trusted certificates without verification",
			values{"ca_file": file(t, certificate(t)), "insecure_skip_verify": true},
			map[string]string{"CA_FILE": file(t, certificate(t)), "INSECURE_SKIP_VERIFY": "true"},
			finding{
				p.at("ca_file"), conflicting,
				[]string{"so that " + p.named("ca_file") + " has no effect. Remove insecure_skip_verify."},
			},
		},
		{
			"a variable without a pin", nil,
			map[string]string{"TLS_PINNED_SHA256": " , "},
			finding{
				p.at("tls_pinned_sha256"), "No certificate would be accepted",
				[]string{`the value is " , ", which contains no fingerprint.`},
			},
		},
		{"flag", nil, map[string]string{"INSECURE_SKIP_VERIFY": "perhaps"}, flag},
	}
}

// badValues returns the values that are refused for any product, and those that are refused for this one.
func (p product) badValues(t *testing.T) []bad {
	t.Helper()
	all := p.badConnections(t)
	for _, v := range p.badVersions {
		refused := finding{p.at("api_version"), "Not an API version", []string{p.versionForm}}
		all = append(all,
			bad{"API version " + v, values{"api_version": v}, map[string]string{"API_VERSION": v}, refused})
	}
	if p.Attribute != em.Attribute {
		return all
	}
	return append(all,
		bad{
			"username with a colon",
			values{"username": "a:b"},
			map[string]string{"USERNAME": "a:b"},
			finding{p.at("username"), "Not a name to log on as", []string{"contains a colon"}},
		},
		bad{
			"other flag", nil,
			map[string]string{"ALLOW_SELF_LOCKOUT": "2"},
			finding{p.at("allow_self_lockout"), "Not true or false", []string{"VEEAM_EM_ALLOW_SELF_LOCKOUT"}},
		},
		bad{
			"platform", nil,
			map[string]string{"SERVER_PLATFORM": "Windows"},
			finding{
				p.at("server_platform"), "Unknown platform", []string{`"Windows" is not a platform. Use one of windows, linux.`},
			},
		})
}

func TestConfigure_ReportsABadValueAtItsAttribute(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		for _, c := range p.badValues(t) {
			attribute := strings.TrimPrefix(c.want.at, p.Attribute+".")
			c.want.details = append(slices.Clone(c.want.details), attribute, p.Variable(attribute))
			if c.values != nil {
				t.Run(c.name+", configured", func(t *testing.T) {
					got := p.newServer(t).configure(p.full(c.values))
					expect(t, got, errorOf, c.want)
					withoutPassword(t, texts(got))
				})
			}
			if c.env != nil {
				t.Run(c.name+", in the environment", func(t *testing.T) {
					s := p.newServer(t)
					all := map[string]string{"ENDPOINT": "https://veeam.example.com", "USERNAME": "x", "PASSWORD": password}
					maps.Copy(all, c.env)
					p.setenv(t, all)
					got := s.configure(nil)
					expect(t, got, errorOf, c.want)
					withoutPassword(t, texts(got))
				})
			}
		}
	})
}

func TestConfigure_RefusesWhatTheSchemaRefuses(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		for name, c := range map[string]struct {
			values values
			want   finding
		}{
			"negative retries": {
				values{"max_retries": -1}, finding{p.at("max_retries"), "Invalid Attribute Value", []string{"between 0 and 20"}},
			},
			"too many retries": {
				values{"max_retries": 21}, finding{p.at("max_retries"), "Invalid Attribute Value", []string{"between 0 and 20"}},
			},
			"CA file and CA PEM": {
				values{"ca_file": "x", "ca_pem": "y"},
				finding{p.at("ca_file"), "Invalid Attribute Combination", []string{"ca_pem"}},
			},
			"password and password file": {
				values{"password_file": "x"},
				finding{p.at("password_file"), "Invalid Attribute Combination", []string{p.at("password")}},
			},
		} {
			t.Run(name, func(t *testing.T) { expect(t, p.newServer(t).configure(p.full(c.values)), errorOf, c.want) })
		}
	})
}

func TestConfigure_RefusesAnUnknownPlatform(t *testing.T) {
	got := em.newServer(t).configure(em.full(values{"server_platform": "solaris"}))
	expect(t, got, errorOf, finding{"em.server_platform", "Invalid Attribute Value Match", []string{"solaris"}})
}

func TestConfigure_ReportsAllBadValuesAtOnce(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		got := p.newServer(t).configure(p.full(values{"endpoint": "x", "api_version": "y", "request_timeout": "z"}))
		expect(t, got, errorOf,
			finding{at: p.at("endpoint"), summary: "Not an address of " + p.Name},
			finding{at: p.at("api_version"), summary: "Not an API version"},
			finding{at: p.at("request_timeout"), summary: "Not a duration"})
	})
}

func TestConfigure_ReportsEachBadPinAndTheConflict(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		got := p.newServer(t).configure(p.full(values{
			"tls_pinned_sha256": pins("AB:CD", pin, "EF"), "insecure_skip_verify": true,
		}))
		bad := finding{p.at("tls_pinned_sha256"), "Not a SHA-256 fingerprint", nil}
		conflict := finding{p.at("tls_pinned_sha256"), "Conflicting settings for the server's certificate", nil}
		expect(t, got, errorOf, bad, bad, conflict)
	})
}

func TestConfigure_RefusesTrustSettingsWithoutVerificationFromDifferentSources(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
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
			want := finding{p.at(attribute), "Conflicting settings for the server's certificate", []string{
				p.named("insecure_skip_verify"), p.named(attribute),
			}}
			t.Run(attribute+" in the environment", func(t *testing.T) {
				s := p.newServer(t)
				t.Setenv(p.Variable(attribute), c.variable)
				expect(t, s.configure(p.full(values{"insecure_skip_verify": true})), errorOf, want)
			})
			t.Run(attribute+" configured", func(t *testing.T) {
				s := p.newServer(t)
				t.Setenv(p.Variable("insecure_skip_verify"), "true")
				expect(t, s.configure(p.full(values{attribute: c.configured})), errorOf, want)
			})
		}
	})
}

// Only the client checks values that the client's configuration can hold.
func TestConfigure_AcceptsExactlyWhatTheClientAccepts(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		type change = func(*emapi.Config)
		var cases []struct {
			values values
			client change
		}
		add := func(attributes values, client change) {
			cases = append(cases, struct {
				values values
				client change
			}{attributes, client})
		}
		for _, v := range append([]string{p.version, p.otherVersion}, p.badVersions...) {
			add(values{"api_version": v}, func(c *emapi.Config) { c.APIVersion = v })
		}
		for _, v := range []string{
			"https://em", " https://em ", "https://em:1" + p.api, "http://em", "http://localhost", "em", "https://em/x",
			"https://u@em", "https://em/",
		} {
			add(values{"endpoint": v}, func(c *emapi.Config) { c.Endpoint = v })
		}
		for _, v := range []string{"", " ", "a:b", `TECH\x`, `TECH\\x`, "TECH\tx", "x\n", "svc@tech.local", `.\x y`} {
			add(values{"username": v}, func(c *emapi.Config) { c.Username = v })
		}
		for _, v := range []string{"", " ", "a:b", "a\n", "a\r", "\na", "a\nb", "a\x00b"} {
			add(values{"password": v}, func(c *emapi.Config) { c.Password = v })
		}
		for _, v := range []string{
			pin, strings.ToLower(pin), strings.ReplaceAll(pin, ":", ""), " " + pin, pin + ":00", "", "AB",
		} {
			add(values{"tls_pinned_sha256": pins(v)}, func(c *emapi.Config) { c.PinnedSHA256 = []string{v} })
			add(values{"tls_pinned_sha256": pins(v), "insecure_skip_verify": true}, func(c *emapi.Config) {
				c.PinnedSHA256, c.InsecureSkipVerify = []string{v}, true
			})
		}
		ca := certificate(t)
		for _, v := range []string{ca, "\ufeff" + ca, ca + ca[:200], "x", "-----BEGIN CERTIFICATE-----\nMIIB"} {
			add(values{"ca_pem": v}, func(c *emapi.Config) { c.CAPEM = []byte(v) })
			add(values{"ca_pem": v, "insecure_skip_verify": true}, func(c *emapi.Config) {
				c.CAPEM, c.InsecureSkipVerify = []byte(v), true
			})
			add(values{"ca_file": file(t, v)}, func(c *emapi.Config) { c.CAPEM = []byte(v) })
		}
		// The client treats 0 as not configured. The provider cannot express that and refuses 0s.
		add(values{"request_timeout": "-1s"}, func(c *emapi.Config) { c.RequestTimeout = -time.Second })
		add(values{"request_timeout": "1h"}, func(c *emapi.Config) { c.RequestTimeout = time.Hour })
		for _, v := range []int{-1, 0, 20, 21} {
			add(values{"max_retries": v}, func(c *emapi.Config) { c.MaxRetries = v })
		}
		s, refused := p.newServer(t), 0
		for _, tc := range cases {
			config := emapi.Config{Endpoint: "https://veeam.example.com", Username: `TECH\terraform`, Password: password}
			tc.client(&config)
			err := httpkit.ConfigErrors(p.check(config)).Join()
			got := slices.DeleteFunc(s.configure(p.full(tc.values)),
				func(d *tfprotov6.Diagnostic) bool { return d.Severity == warning })
			if (err != nil) != (len(got) > 0) {
				t.Errorf("%v: the client says %v, the provider %s", tc.values, err, texts(got))
			}
			if err != nil {
				refused++
			}
			for _, d := range got {
				if !strings.HasPrefix(where(d), p.Attribute+".") {
					t.Errorf("%v is refused without its attribute: %s", tc.values, texts(got))
				}
			}
		}
		if refused == 0 || refused == len(cases) {
			t.Errorf("the client refuses %d of %d", refused, len(cases))
		}
	})
}

func TestConfigure_WarnsOnceIfTheCertificateIsNotVerified(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		want := finding{
			p.at("insecure_skip_verify"), "The server's certificate is not verified",
			[]string{"Use ca_file, ca_pem or tls_pinned_sha256 instead."},
		}
		expect(t, p.newServer(t).configure(p.full(values{"insecure_skip_verify": true})), warning, want)
		expect(t, p.newServer(t).configure(p.full(values{"insecure_skip_verify": false})), warning)
		s := p.newServer(t)
		t.Setenv(p.Variable("insecure_skip_verify"), "true")
		expect(t, s.configure(p.full(nil)), warning, want)
		expect(t, s.configure(p.full(values{"insecure_skip_verify": false})), warning)
	})
}

func TestConfigure_AcceptsEveryKindOfTrust(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		ca := certificate(t)
		for name, attributes := range map[string]values{
			"the system's": {}, "a CA": {"ca_pem": ca}, "a file": {"ca_file": file(t, ca)},
			"a pin":                {"tls_pinned_sha256": pins(pin)},
			"a pin without colons": {"tls_pinned_sha256": pins(strings.ToLower(strings.ReplaceAll(pin, ":", "")))},
		} {
			t.Run(name, func(t *testing.T) { expect(t, p.newServer(t).configure(p.full(attributes)), errorOf) })
		}
	})
}

func TestConfigure_DefersIfAValueIsNotKnownYet(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		server := startRefusing(t)
		cases := map[string]values{
			"the block itself":     {"": unknown},
			"endpoint":             p.full(values{"endpoint": unknown}),
			"username":             p.full(values{"username": unknown}),
			"password":             p.full(values{"password": unknown}),
			"password_file":        p.full(values{"password": nil, "password_file": unknown}),
			"api_version":          p.full(values{"api_version": unknown}),
			"ca_file":              p.full(values{"ca_file": unknown}),
			"ca_pem":               p.full(values{"ca_pem": unknown}),
			"tls_pinned_sha256":    p.full(values{"tls_pinned_sha256": unknown}),
			"one of the pins":      p.full(values{"tls_pinned_sha256": pins(pin, unknown)}),
			"insecure_skip_verify": p.full(values{"insecure_skip_verify": unknown}),
			"request_timeout":      p.full(values{"request_timeout": unknown}),
			"max_retries":          p.full(values{"max_retries": unknown}),
		}
		if p.Attribute == em.Attribute {
			cases["server_platform"] = p.full(values{"server_platform": unknown})
			cases["allow_self_lockout"] = p.full(values{"allow_self_lockout": unknown})
		}
		for name, attributes := range cases {
			t.Run(name, func(t *testing.T) {
				s := p.newServer(t)
				// The environment does not replace an unknown value.
				p.setenv(t, map[string]string{
					"ENDPOINT": server.URL, "USERNAME": "x", "PASSWORD": password, "API_VERSION": p.version,
					"SERVER_PLATFORM": "linux",
				})
				expect(t, s.configure(attributes), errorOf)
				expect(t, s.read(), errorOf, finding{
					summary: "The provider's " + p.Attribute + " configuration is not known yet",
				})
			})
		}
		if got := server.requests(); len(got) != 0 {
			t.Errorf("%d requests were sent", len(got))
		}
	})
}

func TestConfigure_SendsNothingBeforeAnObjectNeedsTheServer(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		server := startRefusing(t)
		s := p.newServer(t)
		expect(t, s.configure(p.full(values{"endpoint": server.URL})), errorOf)
		if err := s.clients.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if got := server.requests(); len(got) != 0 {
			t.Errorf("configuring and closing sent %d requests", len(got))
		}
	})
}

func TestConfigure_TheConfigurationTakesPrecedence(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		configured, other := startRefusing(t), startRefusing(t)
		for name, c := range map[string]struct {
			values values
			want   string // credentials that the configured server gets
			miss   string // credentials that the other server gets
		}{
			"all configured": {
				values{"endpoint": configured.URL, "username": "me", "password": password}, "me:" + password, "",
			},
			"the endpoint alone": {values{"endpoint": configured.URL}, "env:env-password", ""},
			"nothing configured": {nil, "", "env:env-password"},
			"an empty block":     {values{}, "", "env:env-password"},
		} {
			t.Run(name, func(t *testing.T) {
				before, beforeOther := len(configured.requests()), len(other.requests())
				s := p.newServer(t)
				p.setenv(t, map[string]string{"ENDPOINT": other.URL, "USERNAME": "env", "PASSWORD": "env-password"})
				expect(t, s.configure(c.values), errorOf)
				got := s.read()
				expect(t, got, errorOf, finding{
					summary: "Could not log on to " + p.Name, details: []string{"The server refused the logon."},
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
	})
}

func TestConfigure_ARefusedLogonIsTriedOnce(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		server := startRefusing(t)
		s := p.newServer(t)
		expect(t, s.configure(p.full(values{"endpoint": server.URL})), errorOf)
		expect(t, s.read(), errorOf, finding{summary: "Could not log on to " + p.Name})
		for range 2 {
			expect(t, s.read(), errorOf, finding{summary: "Could not " + p.reading, details: []string{
				fmt.Sprintf("The logon failed. See the error %q.", "Could not log on to "+p.Name),
			}})
		}
		if got := server.requests(); len(got) != 1 {
			t.Errorf("%d logons", len(got))
		}
	})
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
	connection := connectionModel{
		Endpoint: types.StringValue("https://veeam.example.com"), Username: types.StringValue(`TECH\terraform`),
		Password: types.StringValue(password),
	}
	emConfig, _ := em.clientConfig(t, connection)
	vb365Config, _ := vb365.clientConfig(t, connection)
	emClient, err := emapi.New(emConfig)
	if err != nil {
		t.Fatal(err)
	}
	vb365Client, err := vb365api.New(vb365api.Config(vb365Config))
	if err != nil {
		t.Fatal(err)
	}
	clients := &tfkit.Clients{}
	clients.Add(emClient)
	clients.Add(vb365Client)
	data := &tfkit.Data{EM: &tfkit.EM{Client: emClient}, VB365: &tfkit.VB365{Client: vb365Client}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, value := range []any{
			emConfig, vb365api.Config(vb365Config), emClient, vb365Client, data, data.EM, data.VB365, clients,
			&veeamProvider{version: "test", clients: clients},
		} {
			withoutPassword(t, fmt.Sprintf(verb, value))
		}
	}
}
