namespace Lava.Server.Api.Services;

/// <summary>A provider of the table.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Label">What people read.</param>
/// <param name="ApiReference">Where its API is described; null: not known here.</param>
/// <param name="ServiceType">Always "model".</param>
/// <param name="Managed">Has the operator a key for it?</param>
/// <param name="EntryCount">Models with a price.</param>
internal sealed record ServiceProviderView(
    string Id, string Label, string? ApiReference, string ServiceType, bool Managed, int EntryCount);
