namespace Lava.Server.Api.Services;

/// <summary>A provider of the table.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Label">What people read.</param>
/// <param name="ApiReference">Where its API is described; null: not known here.</param>
/// <param name="ServiceType">What its endpoints do, where they all do the same; else "model".</param>
/// <param name="Managed">Has the operator a key for it?</param>
/// <param name="EntryCount">Its entries in the list of services.</param>
internal sealed record ServiceProviderView(
    string Id, string Label, string? ApiReference, string ServiceType, bool Managed, int EntryCount);
