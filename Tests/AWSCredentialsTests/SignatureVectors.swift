import Platform
import TestSupport
import Testing

@testable import AWSCredentials

/// Signatures of requests: the documented examples of AWS's test suite, and others computed with botocore 1.43.
struct SignatureVector: CustomTestStringConvertible {
  let testDescription: String
  let method: String
  let url: String
  var headers: [(name: String, value: String)] = []
  var body = ""
  var hasSessionToken = false
  var region = "us-east-1"
  var service = "service"
  var epoch = 1_440_938_160.0
  let signedHeaders: String
  let signature: String

  /// The keys of AWS's own examples.
  var credentials: Credentials {
    Credentials(
      accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
      sessionToken: hasSessionToken
        ? "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YU"
          + "uwthAx7mSEI/qkPpKPi/kMcGd=="
        : nil)
  }

  static let all = [
    SignatureVector(
      testDescription: "documented get-vanilla",
      method: "GET",
      url: "https://example.amazonaws.com/",
      signedHeaders: "host;x-amz-date",
      signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    SignatureVector(
      testDescription: "documented query order",
      method: "GET",
      url: "https://example.amazonaws.com/?Param2=value2&Param1=value1",
      signedHeaders: "host;x-amz-date",
      signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    SignatureVector(
      testDescription: "documented post-vanilla",
      method: "POST",
      url: "https://example.amazonaws.com/",
      signedHeaders: "host;x-amz-date",
      signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    SignatureVector(
      testDescription: "documented form",
      method: "POST",
      url: "https://example.amazonaws.com/",
      headers: [(name: "Content-Type", value: "application/x-www-form-urlencoded")],
      body: "Param1=value1",
      signedHeaders: "content-type;host;x-amz-date",
      signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
    SignatureVector(
      testDescription: "documented ListUsers",
      method: "GET",
      url: "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
      headers: [(name: "Content-Type", value: "application/x-www-form-urlencoded; charset=utf-8")],
      service: "iam",
      signedHeaders: "content-type;host;x-amz-date",
      signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"),
    SignatureVector(
      testDescription: "GetAuthorizationToken",
      method: "POST",
      url:
        "https://codeartifact.us-east-1.amazonaws.com/v1/authorization-token?domain=acme&domain-owner=111122223333&duration=43200",
      service: "codeartifact",
      epoch: 1_795_304_362,
      signedHeaders: "host;x-amz-date",
      signature: "94423ed027773d77adaf8d36ea4c7671cb6c7c7d869b2caf820388822cd35f47"),
    SignatureVector(
      testDescription: "with a session token",
      method: "POST",
      url:
        "https://codeartifact.us-east-1.amazonaws.com/v1/authorization-token?domain=acme&domain-owner=111122223333&duration=0",
      hasSessionToken: true,
      service: "codeartifact",
      epoch: 1_795_304_362,
      signedHeaders: "host;x-amz-date;x-amz-security-token",
      signature: "13bcc1ac937d90661d388f00df66b329a02642f890d2e951c06bb30755709a22"),
    SignatureVector(
      testDescription: "another region",
      method: "POST",
      url:
        "https://codeartifact.cn-north-1.amazonaws.com.cn/v1/authorization-token?domain=a-1-2&domain-owner=444455556666&duration=900",
      hasSessionToken: true,
      region: "cn-north-1",
      service: "codeartifact",
      epoch: 1_795_304_362,
      signedHeaders: "host;x-amz-date;x-amz-security-token",
      signature: "8689f55e72c87ba301bc5624da4009f3dd0007e8fc8abcad5e37b7e726752ef7"),
    SignatureVector(
      testDescription: "AssumeRole",
      method: "POST",
      url: "https://sts.us-east-1.amazonaws.com/",
      headers: [(name: "Content-Type", value: "application/x-www-form-urlencoded; charset=utf-8")],
      body: "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2FR",
      hasSessionToken: true,
      service: "sts",
      epoch: 1_795_304_362,
      signedHeaders: "content-type;host;x-amz-date;x-amz-security-token",
      signature: "aede75e51666906fc679c002053476275f86335916ec27cf2517685a764a68a3"),
    SignatureVector(
      testDescription: "no path",
      method: "GET",
      url: "https://example.amazonaws.com",
      signedHeaders: "host;x-amz-date",
      signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    SignatureVector(
      testDescription: "no path but a query",
      method: "GET",
      url: "https://example.amazonaws.com?a=b",
      signedHeaders: "host;x-amz-date",
      signature: "e63da2bd2a13b556feeabbf546e2e49f55219ac65109a3538b0b34911be2ba48"),
    SignatureVector(
      testDescription: "escaped path",
      method: "GET",
      url: "https://example.amazonaws.com/a%20b/%E1%88%B4/c%2Fd",
      signedHeaders: "host;x-amz-date",
      signature: "ff120b8b6cfb29bd1c3a3f3c7b089e868db895d115a33bd44109da9081d54be3"),
    SignatureVector(
      testDescription: "unreserved path",
      method: "GET",
      url: "https://example.amazonaws.com/-._~0123456789ABCxyz",
      signedHeaders: "host;x-amz-date",
      signature: "553ff3f1e6a03053119ca1ebd79a1881cbfb9dab5ddaab3c43a634a267b7c688"),
    SignatureVector(
      testDescription: "punctuation in the path",
      method: "GET",
      url: "https://example.amazonaws.com/a:b@c;d,e=f+g$h!i*j(k)'l",
      signedHeaders: "host;x-amz-date",
      signature: "5391a99bc4b285b938b06dbc603cb3338270111da538278aed43a6079509d251"),
    SignatureVector(
      testDescription: "slash at the end",
      method: "GET",
      url: "https://example.amazonaws.com/v1/x/",
      signedHeaders: "host;x-amz-date",
      signature: "ebd810695f189a2ba9f957ae8d5762de656090e55f0e946a9bcb223b126af5f8"),
    SignatureVector(
      testDescription: "query without a value",
      method: "GET",
      url: "https://example.amazonaws.com/?list&prefix=",
      signedHeaders: "host;x-amz-date",
      signature: "b934909285e2bf31b8a3785a475d5c77eb1f64c14fe3f4c85ceb923bbab24b13"),
    SignatureVector(
      testDescription: "same key twice",
      method: "GET",
      url: "https://example.amazonaws.com/?b=2&a=z&a=A&a=",
      signedHeaders: "host;x-amz-date",
      signature: "368b42f5b37647ea1f628f84d6831c63d1fac3583721f2028d8eb91e52d695ea"),
    SignatureVector(
      testDescription: "equals in a value",
      method: "GET",
      url: "https://example.amazonaws.com/?a=b=c&d",
      signedHeaders: "host;x-amz-date",
      signature: "203be5a86dc430678685f0d5afa3a85a5fd8a8369a74272c9ebccae1c6a1ad77"),
    SignatureVector(
      testDescription: "escaped query",
      method: "GET",
      url: "https://example.amazonaws.com/?%E1%88%B4=bar&space=a%20b&plus=%2B",
      signedHeaders: "host;x-amz-date",
      signature: "a9bae4d6473f0a52aabd299341877b7c946b028b884fd29eab4d6924551189b4"),
    SignatureVector(
      testDescription: "keys that begin alike",
      method: "GET",
      url: "https://example.amazonaws.com/?a-b=1&a=2&aa=3&A=4",
      signedHeaders: "host;x-amz-date",
      signature: "24e34cba7b7032d1569cf804e616f5ff5598fe03136dceb5fcbdf2a256d91c69"),
    SignatureVector(
      testDescription: "spaces in a header",
      method: "GET",
      url: "https://example.amazonaws.com/",
      headers: [(name: "My-Header1", value: "  a   b   c  ")],
      signedHeaders: "host;my-header1;x-amz-date",
      signature: "6ff6bc3cebca8811504dc903f3a072c310d9f48f8ee5c0b08115052209439e1b"),
    SignatureVector(
      testDescription: "headers out of order",
      method: "GET",
      url: "https://example.amazonaws.com/",
      headers: [(name: "Z-Last", value: "1"), (name: "a-first", value: "2"), (name: "M-Middle", value: "3")],
      signedHeaders: "a-first;host;m-middle;x-amz-date;z-last",
      signature: "315588b9c250857753c3d640771cb838d5122b28013d03513aff50c77ed8d2b4"),
    SignatureVector(
      testDescription: "a header twice",
      method: "GET",
      url: "https://example.amazonaws.com/",
      headers: [(name: "My-Header", value: "value2"), (name: "My-Header", value: "value1")],
      signedHeaders: "host;my-header;x-amz-date",
      signature: "325d0e28f8a7a676d07b9099d8d7eb193e588240e09203c249d5f8b39b1b307b"),
    SignatureVector(
      testDescription: "a port",
      method: "POST",
      url: "http://127.0.0.1:4566/v1/authorization-token?domain=acme",
      service: "codeartifact",
      epoch: 1_795_304_362,
      signedHeaders: "host;x-amz-date",
      signature: "c9882f50f47f91c34a7f0c665dea6ef4c776f6eadd5b2411c2c90baaa0c1f1dd"),
    SignatureVector(
      testDescription: "a JSON body",
      method: "PUT",
      url: "https://example.amazonaws.com/x",
      headers: [(name: "Content-Type", value: "application/json")],
      body: "{\"ключ\": \"值\", \"n\": 1}",
      hasSessionToken: true,
      region: "eu-west-3",
      epoch: 1_795_304_362,
      signedHeaders: "content-type;host;x-amz-date;x-amz-security-token",
      signature: "258380d4cb996ef3847d369a7d0164902af96db7532dd2356204745933631d35"),
    SignatureVector(
      testDescription: "the first second",
      method: "GET",
      url: "https://example.amazonaws.com/",
      epoch: 0,
      signedHeaders: "host;x-amz-date",
      signature: "5ca3641b81069cc58341dd611c16f0eab4482f1a36d691335cd8a4aeb250e78f"),
    SignatureVector(
      testDescription: "the last second of a leap day",
      method: "GET",
      url: "https://example.amazonaws.com/",
      epoch: 1_709_251_199,
      signedHeaders: "host;x-amz-date",
      signature: "42b3de2d516df15081b9b306671cdcada4d128f7a0354bf06e579253858df986"),
  ]
}
