# By ID, by UID, or by type and name.
terraform import veeam_em_account.operator d6701c3d-15f4-421d-b376-c0e2634bc1f4
terraform import veeam_em_account.operator urn:veeam:EnterpriseAccount:d6701c3d-15f4-421d-b376-c0e2634bc1f4
terraform import veeam_em_account.operator 'User/TECH\william.fox'
