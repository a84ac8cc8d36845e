// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package scopeset is what every resource that handles restore scopes shares: giving an account the scopes that it
// should have without doubling one, and taking one away without losing another.
//
// Enterprise Manager lists a scope by its hierarchy root, type and name, and never returns the reference that it was
// made from. Two objects of one root and type may have the same name, so that a listed scope can stand for either.
// Therefore a scope is known by its ID as soon as it has one (Owned, in the private state), what one run of Terraform
// adds and hands over is remembered until it ends (owners), and items whose scopes look alike are added one after the
// other (Account.Lock).
package scopeset
