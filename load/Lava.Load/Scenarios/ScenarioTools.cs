namespace Lava.Load.Scenarios;

/// <summary>What scenarios call the gateway with.</summary>
/// <param name="Api">As the merchant.</param>
/// <param name="Apps">As the merchant's apps.</param>
internal sealed record ScenarioTools(GatewayClient Api, ForwardClient Apps);
