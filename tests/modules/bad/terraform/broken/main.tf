variable "a" {
  type = 
}
