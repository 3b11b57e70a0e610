using Lava.Metering;

namespace Lava.Server.Api.Requests;

/// <summary>A request and the mode in which its ids are shown.</summary>
internal sealed record RequestView(UsageRecord Record, bool IsTest);
