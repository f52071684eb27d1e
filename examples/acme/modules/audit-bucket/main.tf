variable "name" {
  description = "The bucket's name."
  type        = string
}

variable "key" {
  description = "ARN of the key that encrypts it."
  type        = string
}

resource "aws_s3_bucket" "audit" {
  bucket = var.name
}

resource "aws_s3_bucket_public_access_block" "audit" {
  bucket                  = aws_s3_bucket.audit.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "audit" {
  bucket = aws_s3_bucket.audit.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.key
    }
  }
}

output "bucket" {
  description = "The bucket's name."
  value       = aws_s3_bucket.audit.id
}
