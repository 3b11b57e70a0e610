using Lava.Core.Accounts;

namespace Lava.Server.Api;

/// <summary>
/// A feature of a request that the dashboard itself makes: as whom it asks, in place of a key. Nothing from outside can set a feature.
/// </summary>
internal sealed record SignedInMerchant(Merchant Merchant);
