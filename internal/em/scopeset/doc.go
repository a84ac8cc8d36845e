// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package scopeset contains what the resources that manage restore scopes share: adding scopes to an account without
// creating duplicates, and removing a scope without losing another one.
//
// Enterprise Manager lists a scope by its hierarchy root, type and name, and never returns the reference that the scope
// was created from. Two objects of one root and type may have the same name, so a listed scope can stand for either.
// Therefore a scope is identified by its ID as soon as the ID is known (Owned, in the private state). Items whose
// scopes look alike are added one after another (Account.Lock).
//
// A scope can move from one owner to another in one apply. In the apply, claims record which resource has which scope.
// In the plan, plans record what each resource has and gives up.
package scopeset
