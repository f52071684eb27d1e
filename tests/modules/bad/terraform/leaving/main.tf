module "other" {
  source = "../../../outside"
}
