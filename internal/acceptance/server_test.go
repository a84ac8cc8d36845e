// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	veeam "github.com/veeam-community/terraform-provider-veeam/internal/provider"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// The environment of the tests, in addition to that of the provider.
const (
	prefixVariable       = "VEEAM_ACC_PREFIX"
	organizationVariable = "VEEAM_ACC_VB365_ORGANIZATION"
	userVariable         = "VEEAM_ACC_VB365_USER"
)

// shortestPrefix is the length of the shortest prefix that the tests and the sweepers accept.
const shortestPrefix = 6

// logoffLimit is longer than logging off takes.
const logoffLimit = time.Minute

func TestMain(m *testing.M) { resource.TestMain(m) }

// checkPrefix refuses a prefix with which other objects could start too.
func checkPrefix(prefix string) error {
	if len(prefix) < shortestPrefix || strings.TrimSpace(prefix) != prefix {
		return fmt.Errorf("the prefix is %q: set %s to at least %d characters with which no other name on the server starts",
			prefix, prefixVariable, shortestPrefix)
	}
	return nil
}

// factories is what a test case calls the provider.
type factories map[string]func() (tfprotov6.ProviderServer, error)

// onServer skips the test unless a real server of the product may be changed. Otherwise, it returns a name that
// nothing on the server has, and provider factories.
func onServer(t *testing.T, product tfkit.ProductInfo) (name string, provider factories) {
	t.Helper()
	if endpoint := product.Variable("endpoint"); os.Getenv(resource.EnvTfAcc) == "" || os.Getenv(endpoint) == "" {
		t.Skipf("this test changes a real server. It needs TF_ACC=1 and %s", endpoint)
	}
	prefix := os.Getenv(prefixVariable)
	if err := checkPrefix(prefix); err != nil {
		t.Fatal(err)
	}
	clients := &tfkit.Clients{}
	t.Cleanup(func() {
		if err := logOff(clients); err != nil {
			t.Error(err)
		}
	})
	return prefix + strings.ToLower(rand.Text()[:10]), factories{
		"veeam": func() (tfprotov6.ProviderServer, error) {
			return veeam.NewServer("acceptance", veeam.WithClients(clients))
		},
	}
}

// given returns the value of a variable that a test needs, as a literal of the Terraform language.
func given(t *testing.T, variable string) string {
	t.Helper()
	value := os.Getenv(variable)
	if value == "" {
		t.Fatalf("this test needs %s", variable)
	}
	return acctest.Quote(value)
}

func logOff(clients *tfkit.Clients) error {
	ctx, cancel := context.WithTimeout(context.Background(), logoffLimit)
	defer cancel()
	return clients.Close(ctx)
}

// sweep returns a sweeper: it runs remove with the clients that the environment configures and the prefix, which is
// the value of the flag -sweep.
func sweep(remove func(context.Context, *tfkit.Data, string) error) func(prefix string) error {
	return func(prefix string) error {
		if err := checkPrefix(prefix); err != nil {
			return err
		}
		ctx, clients := context.Background(), &tfkit.Clients{}
		data, err := connect(ctx, clients)
		if err != nil {
			return err
		}
		return errors.Join(remove(ctx, data, prefix), logOff(clients))
	}
}

// connect returns what the provider creates from the environment.
func connect(ctx context.Context, clients *tfkit.Clients) (*tfkit.Data, error) {
	p := veeam.New("acceptance", veeam.WithClients(clients))()
	var schema provider.SchemaResponse
	p.Schema(ctx, provider.SchemaRequest{}, &schema)
	object, _ := schema.Schema.Type().TerraformType(ctx).(tftypes.Object)
	empty := map[string]tftypes.Value{}
	for attribute, kind := range object.AttributeTypes {
		empty[attribute] = tftypes.NewValue(kind, nil)
	}
	var resp provider.ConfigureResponse
	p.Configure(ctx, provider.ConfigureRequest{
		Config: tfsdk.Config{Schema: schema.Schema, Raw: tftypes.NewValue(object, empty)},
	}, &resp)
	for _, d := range resp.Diagnostics.Errors() {
		return nil, fmt.Errorf("%s: %s", d.Summary(), d.Detail())
	}
	data, ok := resp.ResourceData.(*tfkit.Data)
	if !ok {
		return nil, errors.New("the provider has no data")
	}
	return data, nil
}
